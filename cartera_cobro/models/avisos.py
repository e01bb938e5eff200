"""What an action answers when all it has to say is one sentence."""


def aviso(message, kind="success"):
    """The client action that shows `message` (str) for a moment, as success, info or warning, and closes a dialog."""
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {"type": kind, "message": message, "next": {"type": "ir.actions.act_window_close"}},
    }
