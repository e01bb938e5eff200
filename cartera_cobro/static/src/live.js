import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUnmount } from "@odoo/owl";

const EVERY_MS = 3000;

/** While it is on a form, the record is read again every few seconds: `<widget name="cartera_live" invisible="…"/>`. */
export class Live extends Component {
    static template = "cartera_cobro.Live";
    static props = { ...standardWidgetProps };

    setup() {
        onMounted(() => {
            this.timer = setInterval(() => this.reload(), EVERY_MS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    /** Nothing is read in a hidden tab, nor over what somebody is typing. */
    async reload() {
        const { record } = this.props;
        if (!document.hidden && record.resId && !(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("cartera_live", { component: Live });
