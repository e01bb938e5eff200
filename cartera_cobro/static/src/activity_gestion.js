import { Activity } from "@mail/core/web/activity";

import { patch } from "@web/core/utils/patch";

/** What was planned on a dossier is recorded as a contact from the activity itself, which completes it. */
patch(Activity.prototype, {
    get isOfDossier() {
        return this.props.activity.res_model === "cartera.expediente";
    },

    async recordContact() {
        const thread = this.thread;
        const { action, orm } = this.env.services;
        const dialogue = await orm.call("mail.activity", "action_cartera_gestion", [[this.props.activity.id]]);
        await action.doAction(dialogue, {
            onClose: () => {
                this.props.onActivityChanged(thread);
                this.props.reloadParentView?.();
            },
        });
    },
});
