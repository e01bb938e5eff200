import { registry } from "@web/core/registry";

/** The steps of a tour, with time for a machine that does other things too. */
const patient = (steps) => steps.map((step) => ({ timeout: 40000, ...step }));

const menu = (id) => ({ trigger: `[data-menu-xmlid="cartera_cobro.${id}"]`, run: "click" });

// The accountant at the month end: the closing computed, its tie, confirmed, its books, and the month before beside it.
registry.category("web_tour.tours").add("cartera_cierre_de_mes", {
    steps: () => patient([
        { content: "Of the last month", trigger: '.o_list_view .o_control_panel button:contains("New Closing")', run: "click" },
        { trigger: '.modal footer button[name="action_generate"]:visible', run: "click" },
        { content: "The accounts of the ledger, to the cent", trigger: '.o_form_view .o_field_widget[name="cuadre_ids"] .o_data_row' },
        { trigger: '.o_form_view .o_statusbar_buttons button[name="action_confirmar"].btn-primary', run: "click" },
        { trigger: ".modal footer button.btn-primary", run: "click" },
        {
            content: "Confirmed",
            trigger: 'body:not(:has(.modal)) .o_statusbar_status button.o_arrow_button_current[data-value="confirmed"]',
        },
        { content: "The book of what is overdue", trigger: '.oe_stat_button[name="action_testigo_overdue"]', run: "click" },
        menu("cartera_menu_cierre"),
        { ...menu("cartera_menu_corte_comparacion"), content: "Against the closing before" },
        { content: "Stage by stage", trigger: ".o_pivot table td.o_pivot_cell_value, .o_graph_view canvas" },
    ]),
});
