import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";
import { ListController } from "@web/views/list/list_controller";

import { onMounted, onWillUnmount } from "@odoo/owl";

const EVERY_MS = 3000;
const PENDING = ["queued", "running"];

/** A list that is read again every few seconds while something in it is not ready yet: `<list js_class="cartera_live_list">`. */
export class LiveListController extends ListController {
    setup() {
        super.setup();
        onMounted(() => {
            this.timer = setInterval(() => this.reloadWhilePending(), EVERY_MS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    async reloadWhilePending() {
        const { root } = this.model;
        const waiting = root.records.some((record) => PENDING.includes(record.data.state));
        if (!document.hidden && waiting && !root.selection.length) {
            await root.load();
        }
    }
}

registry.category("views").add("cartera_live_list", { ...listView, Controller: LiveListController });
