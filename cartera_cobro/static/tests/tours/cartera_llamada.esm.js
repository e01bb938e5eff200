import { registry } from "@web/core/registry";

// The officer records a contact from the worklist in two presses: the phone of the row, and Record.
registry.category("web_tour.tours").add("cartera_contacto_dos_clics", {
    steps: () => [
        {
            content: "The phone of the debtor's row",
            trigger: '.o_list_view .o_data_row:contains("Juana Deudora") button[name="action_gestion"]',
            run: "click",
        },
        {
            content: "The law is shown before, and the result only has to be chosen",
            trigger: '.modal .o_field_widget[name="verdict_text"]:contains("May be contacted now")',
        },
        {
            content: "Nobody answered",
            trigger: '.modal .o_field_widget[name="result"] .o_select_menu_toggler, .modal .o_field_widget[name="result"] select',
            run: "click",
        },
        {
            content: "Choose it",
            trigger: '.o_select_menu_menu .o_select_menu_item:contains("No answer")',
            run: "click",
        },
        {
            content: "It is chosen",
            trigger: '.modal .o_field_widget[name="result"] input:value("No answer")',
        },
        {
            content: "Record",
            trigger: '.modal footer button[name="action_record"]',
            run: "click",
        },
        {
            content: "Back in the worklist",
            trigger: "body:not(:has(.modal)) .o_list_view",
        },
    ],
});

// The calling queue: next, result, next, a promise, and nobody left.
registry.category("web_tour.tours").add("cartera_cola", {
    steps: () => [
        {
            content: "Open the queue",
            trigger: '.o_menu_sections [data-menu-xmlid="cartera_cobro.cartera_menu_llamada"]',
            run: "click",
        },
        {
            content: "The debtor with the best score and its phone, ready to dial",
            trigger: '.o_form_view:contains("Juana Deudora") .o_field_widget[name="phone"] a[href="tel:+573105550101"]',
        },
        {
            content: "Nobody answers: one press",
            trigger: '.o_form_view button[name="action_result"]:contains("No answer")',
            run: "click",
        },
        {
            content: "The next debtor is there by itself",
            trigger: '.o_form_view:contains("Segundo Deudor") .o_field_widget[name="logged_today"]:contains("1")',
        },
        {
            content: "This one promises",
            trigger: '.o_form_view button[name="action_result"]:contains("Promise")',
            run: "click",
        },
        {
            content: "The dialogue comes with what is overdue",
            trigger: '.modal .o_field_widget[name="promise_amount"] input:value(2,000.00), .modal .o_field_widget[name="promise_amount"] input:value(2000)',
        },
        {
            content: "When",
            trigger: '.modal .o_field_widget[name="promise_date"] input, .modal .o_field_widget[name="promise_date"] button',
            run: "click",
        },
        {
            content: "Some day of the month",
            trigger: ".o_datetime_picker .o_date_item_cell:not(.o_out_of_range):contains(30)",
            run: "click",
        },
        {
            content: "Record it",
            trigger: '.modal footer button[name="action_record"]',
            run: "click",
        },
        {
            content: "And nobody is left: why, in words",
            trigger: '.modal:contains("Nobody of your queue may be called now") .o_field_widget[name="reasons"]',
        },
    ],
});

// At the counter: find by the NIT with Enter, record in two presses.
registry.category("web_tour.tours").add("cartera_ventanilla", {
    steps: () => [
        {
            content: "Find a debtor",
            trigger: '.o_menu_sections [data-menu-xmlid="cartera_cobro.cartera_menu_buscar"]',
            run: "click",
        },
        {
            content: "By the identification, with its dots",
            trigger: '.modal .o_field_widget[name="text"] input',
            run: "edit 52.123.456",
        },
        {
            content: "Enter is enough",
            trigger: '.modal .o_field_widget[name="text"] input',
            run: "press Enter",
        },
        {
            content: "The dossier, and whoever came",
            trigger: '.o_form_view:contains("Juana Deudora") button[name="action_atender"]',
            run: "click",
        },
        {
            content: "Record",
            trigger: '.modal footer button[name="action_record"]',
            run: "click",
        },
        {
            content: "It is in the log of the dossier",
            trigger: 'body:not(:has(.modal)) .o_form_view button[name="action_gestiones"]:contains("1")',
        },
    ],
});
