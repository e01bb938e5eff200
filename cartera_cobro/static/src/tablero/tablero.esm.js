import { SEE_RECORDS_PIVOT, SEE_RECORDS_PIVOT_VISIBLE } from "@spreadsheet/pivot/pivot_actions";
import { GlobalFiltersCoreViewPlugin } from "@spreadsheet/global_filters/plugins/global_filters_core_view_plugin";
import { components } from "@odoo/o-spreadsheet";
import { patch } from "@web/core/utils/patch";

const MODULE = "cartera_cobro";
// The period of the operating dashboard: balances are of a day, so there is always one.
const PERIOD = "cartera_periodo";

// A figure of our dashboards opens the records that it sums, with the filters as they are now.
patch(components.ScorecardChart.prototype, {
    get pivotPosition() {
        const { config, getters } = this.env.model;
        const range = getters.getChart(this.props.chartId)?.keyValue;
        if (!range || config.custom.translationNamespace !== MODULE) {
            return undefined;
        }
        const position = { sheetId: range.sheetId, col: range.zone.left, row: range.zone.top };
        return SEE_RECORDS_PIVOT_VISIBLE(position, getters) ? position : undefined;
    },
    get hasOdooMenu() {
        return super.hasOdooMenu || Boolean(this.pivotPosition);
    },
    async navigateToOdooMenu(newWindow) {
        if (super.hasOdooMenu) {
            return super.navigateToOdooMenu(newWindow);
        }
        return SEE_RECORDS_PIVOT(this.pivotPosition, this.env, newWindow);
    },
});

patch(GlobalFiltersCoreViewPlugin.prototype, {
    _clearGlobalFilterValue(id) {
        if (id === PERIOD) {
            delete this.values[id];
        } else {
            super._clearGlobalFilterValue(id);
        }
    },
});
