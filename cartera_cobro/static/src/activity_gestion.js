import { Activity } from "@mail/core/web/activity";

import { patch } from "@web/core/utils/patch";

/** What was planned on a dossier is recorded as a contact from the activity itself, which completes it. */
patch(Activity.prototype, {
    get isOfDossier() {
        return this.props.activity.res_model === "cartera.expediente";
    },

    get isProposal() {
        return this.isOfDossier && this.props.activity.activity_category === "cartera_acuerdo";
    },

    recordContact() {
        return this.openDialogue("action_cartera_gestion");
    },

    /** Compare the plans of the agreement that the debtor proposed. */
    comparePlans() {
        return this.openDialogue("action_cartera_acuerdo");
    },

    async openDialogue(method) {
        const thread = this.thread;
        const { action, orm } = this.env.services;
        const dialogue = await orm.call("mail.activity", method, [[this.props.activity.id]]);
        await action.doAction(dialogue, {
            onClose: () => {
                this.props.onActivityChanged(thread);
                this.props.reloadParentView?.();
            },
        });
    },
});
