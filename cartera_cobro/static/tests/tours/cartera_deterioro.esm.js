import { registry } from "@web/core/registry";

// The analyst: a new run of the last closing, an item changed by hand with its reason, and the proposal.
registry.category("web_tour.tours").add("cartera_deterioro_proponer", {
    steps: () => [
        {
            content: "Nothing yet: the empty list offers a run",
            trigger: '.o_nocontent_help a:contains("New Run")',
            run: "click",
        },
        {
            content: "The last confirmed closing and the posted method are proposed",
            trigger: '.modal .o_field_widget[name="metodo_id"] input:value("Matriz")',
        },
        {
            trigger: '.modal footer button:contains("Compute")',
            run: "click",
        },
        {
            content: "Its figures",
            trigger: '.o_form_view div[name="figures"]:contains("550.00")',
        },
        {
            content: "Its bands",
            trigger: '.o_field_widget[name="banda_ids"] .o_data_row:contains("91 to 360 days"):contains("500.00")',
        },
        {
            content: "Its items",
            trigger: '.oe_stat_button[name="action_open_items"]',
            run: "click",
        },
        {
            content: "The largest one",
            trigger: '.o_list_view .o_data_row:contains("500.00") .o_data_cell[name="partner_name"]',
            run: "click",
        },
        {
            content: "Change it",
            trigger: '.o_form_view .o_statusbar_buttons button:contains("Change by Hand")',
            run: "click",
        },
        {
            content: "To three quarters",
            trigger: '.modal .o_field_widget[name="percent"] input',
            run: "edit 75",
        },
        {
            content: "Say why",
            trigger: '.modal .o_field_widget[name="reason"] input',
            run: "edit No known assets",
        },
        {
            trigger: '.modal footer button:contains("Apply")',
            run: "click",
        },
        {
            content: "It says who changed it and why",
            trigger: '.o_form_view .alert:contains("No known assets")',
        },
        {
            content: "Back to the run",
            trigger: '.o_form_view .o_field_widget[name="provision_id"] a',
            run: "click",
        },
        {
            content: "The run and its chatter tell the change",
            trigger: '.o-mail-Message:contains("No known assets")',
        },
        {
            content: "Propose it",
            trigger: '.o_statusbar_buttons button:contains("Propose")',
            run: "click",
        },
        {
            content: "It waits for the signatures",
            trigger: '.o_statusbar_status button.o_arrow_button_current:contains("Proposed")',
        },
    ],
});

// The accountant: the entry is seen before it is posted, and afterwards the ledger holds what the run says.
registry.category("web_tour.tours").add("cartera_deterioro_contabilizar", {
    steps: () => [
        {
            content: "The approved run",
            trigger: '.o_list_view .o_data_row:contains("Approved") .o_data_cell[name="amount_gross"]',
            run: "click",
        },
        {
            content: "Post it",
            trigger: '.o_statusbar_buttons button:contains("Post")',
            run: "click",
        },
        {
            content: "The entry, before it is posted",
            trigger: '.modal .o_field_widget[name="asiento_ids"] .o_data_row:contains("800.00")',
        },
        {
            trigger: '.modal footer button:contains("Post")',
            run: "click",
        },
        {
            content: "The allowance holds it",
            trigger: '.o_form_view div[name="ledger"]:contains("to the cent")',
        },
        {
            trigger: '.o_statusbar_status button.o_arrow_button_current:contains("Posted")',
        },
    ],
});
