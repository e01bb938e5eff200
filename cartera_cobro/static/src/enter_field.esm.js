import { CharField, charField } from "@web/views/fields/char/char_field";
import { registry } from "@web/core/registry";
import { useEffect } from "@odoo/owl";

// A text whose Enter presses the main button of its dialog: what a search box does everywhere else.
export class EnterField extends CharField {
    setup() {
        super.setup();
        const onKeydown = (ev) => ev.key === "Enter" && this.onEnter(ev);
        useEffect(
            (input) => {
                input?.addEventListener("keydown", onKeydown);
                return () => input?.removeEventListener("keydown", onKeydown);
            },
            () => [this.input.el]
        );
    }

    async onEnter(ev) {
        ev.preventDefault();
        const dialog = ev.target.closest(".modal");
        await this.props.record.update({ [this.props.name]: this.parse(ev.target.value) });
        dialog?.querySelector("footer .btn-primary")?.click();
    }
}

registry.category("fields").add("cartera_enter", { ...charField, component: EnterField });
