"""A mail server on the loopback that takes e-mails, and hangs up in the middle of the one that it is told."""

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy


class _Dialogue(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 loopback")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                if not self.take():
                    return
            self.say("221 bye" if verb == b"QUIT" else "250 fine")
            if verb == b"QUIT":
                return

    def take(self):
        """Whether it took the e-mail that follows whole."""
        self.server.begun += 1
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            if self.server.begun == self.server.hangs_up_at and len(lines) == 5:
                return False
            lines.append(line)
        self.server.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        return True


@contextmanager
def smtp_server(hangs_up_at=None):
    """The server, with its port and the e-mails (EmailMessage) that it `taken`; it hangs up in the n-th that begins."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Dialogue) as server:
        server.daemon_threads, server.begun, server.hangs_up_at, server.taken = True, 0, hangs_up_at, []
        server.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
