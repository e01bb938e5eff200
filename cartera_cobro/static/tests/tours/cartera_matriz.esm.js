import { registry } from "@web/core/registry";

// The director: from bands to stages, several months, the balance, and the items behind a cell.
registry.category("web_tour.tours").add("cartera_matriz", {
    steps: () => [
        {
            content: "The matrix of the last month, in percentages",
            trigger: '.cartera_matriz td.cartera_matriz_cell:contains("100.0")',
        },
        {
            content: "Of three months",
            trigger: '.cartera_matriz select[name="months"]',
            run: "select 3",
        },
        {
            content: "By stage",
            trigger: '.cartera_matriz button:contains("Stage")',
            run: "click",
        },
        {
            trigger: '.cartera_matriz button.active:contains("Stage")',
        },
        {
            content: "In money",
            trigger: '.cartera_matriz button:contains("Balance")',
            run: "click",
        },
        {
            content: "The items that moved",
            trigger: '.cartera_matriz td.cartera_matriz_cell:contains("1,000")',
            run: "click",
        },
        {
            content: "They are listed",
            trigger: ".o_list_view .o_data_row",
        },
    ],
});
