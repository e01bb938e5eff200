import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** The weeks of a cash forecast as columns; each figure opens the lines that it is made of. */
export class Semanas extends Component {
    static template = "cartera_cobro.Semanas";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.figures = new Intl.NumberFormat("es-CO", { maximumFractionDigits: 0 });
    }

    get table() {
        return this.props.record.data[this.props.name];
    }

    figure(amount) {
        const rounded = Math.round(amount / this.table.unit);
        return rounded ? this.figures.format(rounded) : "";
    }

    exact(amount) {
        return this.figures.format(amount);
    }

    opens(row) {
        return row.style === "line" || row.style === "group";
    }

    async open(args) {
        const { resId, resModel, context } = this.props.record;
        this.action.doAction(await this.orm.call(resModel, "action_lineas", [[resId]], { ...args, context }));
    }
}

registry.category("fields").add("cartera_semanas", { component: Semanas, supportedTypes: ["json"] });
