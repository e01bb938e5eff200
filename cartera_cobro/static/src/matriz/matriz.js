import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useState } from "@odoo/owl";

/** From which band or stage to which the balances of a month end went: the part of each row that came to each column. */
export class Matriz extends Component {
    static template = "cartera_cobro.Matriz";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.dimensions = [
            ["band", _t("Age Band")],
            ["stage", _t("Stage")],
        ];
        this.measures = [
            ["rate", _t("Percentage")],
            ["amount", _t("Balance")],
            ["items", _t("Items")],
        ];
        this.spans = [
            [1, _t("1 month")],
            [3, _t("3 months")],
            [6, _t("6 months")],
            [12, _t("12 months")],
        ];
        this.state = useState({ dimension: "band", measure: "rate", months: 1, corteId: null, data: null });
        onWillStart(() => this.load());
    }

    async load(change = {}) {
        Object.assign(this.state, change);
        const { dimension, corteId, months } = this.state;
        this.state.data = await this.orm.call("cartera.corte.transicion", "matriz", [dimension, corteId, months]);
        this.state.corteId = this.state.data.corte_id;
    }

    onCorte(ev) {
        return this.load({ corteId: parseInt(ev.target.value) });
    }

    onMonths(ev) {
        return this.load({ months: parseInt(ev.target.value) });
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.state.data.currency_id, digits: [16, 0] });
    }

    percentage(rate) {
        return `${formatFloat(100 * rate, { digits: [16, 1] })}\u00a0%`;
    }

    /** What a cell shows; what has no percentage (new items, credits) shows its balance. */
    text(cell) {
        if (this.state.measure === "items") {
            return formatInteger(cell.items);
        }
        return this.state.measure === "rate" && typeof cell.rate === "number"
            ? this.percentage(cell.rate)
            : this.money(cell.amount);
    }

    title(row, column, cell) {
        const parts = [`${row.label} → ${column.label}`, this.money(cell.amount), _t("Items: %s", cell.items)];
        return parts.concat(typeof cell.rate === "number" ? [this.percentage(cell.rate)] : []).join("\n");
    }

    /** The colour says whether it is better or worse to have gone there, and its depth how much did. */
    style(row, column, cell) {
        if (typeof cell.rate !== "number") {
            return "";
        }
        const depth = Math.min(Math.max(cell.rate, 0), 1);
        let kind = "info";
        if (column.outside || column.place < row.place) {
            kind = "success";
        } else if (column.place > row.place) {
            kind = "danger";
        }
        return `background-color: rgba(var(--${kind}-rgb), ${(0.06 + 0.6 * depth).toFixed(3)})`;
    }

    open(cell) {
        if (cell.ids.length) {
            this.action.doActionButton({
                type: "object",
                name: "action_items",
                resModel: "cartera.corte.transicion",
                resIds: cell.ids,
                context: {},
            });
        }
    }
}

registry.category("actions").add("cartera_corte_matriz", Matriz);
