import { registry } from "@web/core/registry";

// Of data/dashboards/cmo_dashboard.json.
const FIGURES = 56;
// The scripts of dashboards come with the first one that is opened.
const LOADING = 40000;

// From the menu to a figure, from the figure to the rows that it sums, from a row to its items; then back, and the
// period cleared: it goes back to the month that it opens with.
registry.category("web_tour.tours").add("cartera_tablero", {
    steps: () => [
        {
            content: "The dashboard opens from the menu of the app",
            trigger: "[data-menu-xmlid='cartera_cobro.cartera_menu_tablero']",
            run: "click",
        },
        {
            content: "A figure of the closing",
            trigger: ".o-figure[data-id='cmo_vencida'] canvas[role='button']",
            timeout: LOADING,
            run: "click",
        },
        {
            content: "The rows behind it sum to it",
            trigger: ".o_list_view tfoot:contains('1,450,000.00')",
        },
        {
            content: "A row opens its items",
            trigger: ".o_data_row .o_data_cell[name='banda']:contains('181')",
            run: "click",
        },
        {
            content: "The item that makes it up",
            trigger: ".o_data_row:contains('Juana Deudora'):contains('900,000.00')",
        },
        {
            content: "Back to the dashboard",
            trigger: ".breadcrumb-item:first a, .o_breadcrumb .dropdown-toggle",
            run: "click",
        },
        {
            content: "Of all time there is no balance",
            trigger: ".o-btn-date-filter",
            run: "click",
        },
        {
            trigger: ".o-date-filter-dropdown:contains('All time')",
            run: "click",
        },
        {
            content: "So the period is the one that it opens with",
            trigger: ".o-date-filter-value:contains('Last Month')",
        },
        {
            trigger: ".o-figure[data-id='cmo_vencida'] canvas[role='button']",
            run: "click",
        },
        {
            trigger: ".o_list_view tfoot:contains('1,450,000.00')",
        },
    ],
});

registry.category("web_tour.tours").add("cartera_tablero_telefono", {
    steps: () => [
        {
            content: "On a phone there are only figures, all of them",
            trigger: ".o_mobile_dashboard .o-figure canvas",
            timeout: LOADING,
            run() {
                const shown = document.querySelectorAll(".o_mobile_dashboard .o-mobile-figure canvas").length;
                if (shown !== FIGURES) {
                    throw new Error(`${shown} figures of ${FIGURES}`);
                }
            },
        },
        {
            content: "And they open what is behind them",
            trigger: ".o-mobile-figure canvas.o-scorecard[title='Overdue Portfolio'][role='button']",
            timeout: LOADING,
            run: "click",
        },
        {
            trigger: ".o_action_manager:contains('1,450,000')",
        },
    ],
});
