import { registry } from "@web/core/registry";

// The collector: from the worklist to a debtor, to why an item is where it is, and a next action.
registry.category("web_tour.tours").add("cartera_gestor", {
    steps: () => [
        {
            content: "The worklist shows the overdue debtor",
            trigger: '.o_list_view .o_data_row:contains("Juana Deudora") .o_data_cell[name="partner_id"]',
            run: "click",
        },
        {
            content: "The dossier shows its stage and its overdue items",
            trigger: '.o_form_view .o_statusbar_status button.o_arrow_button_current:contains("Persuasive")',
        },
        {
            content: "From an item to why it is in its stage",
            trigger: '.o_field_widget[name="partida_open_ids"] .o_data_row .o_data_cell:first',
            run: "click",
        },
        {
            content: "The explanation names the days and the policy",
            trigger: '.o_field_widget[name="stage_explanation"]:contains("100 days overdue")',
        },
    ],
});

// The treasurer: a decision moves a debtor, and the log keeps who and why.
registry.category("web_tour.tours").add("cartera_tesorero", {
    steps: () => [
        {
            content: "Open the dossier",
            trigger: '.o_list_view .o_data_row:contains("Juana Deudora") .o_data_cell[name="partner_id"]',
            run: "click",
        },
        {
            content: "Change its stage",
            trigger: '.o_statusbar_buttons button:contains("Change Stage")',
            run: "click",
        },
        {
            content: "To the lawyer",
            trigger: '.modal .o_field_widget[name="etapa_id"] input',
            run: "edit Legal",
        },
        {
            content: "Choose it",
            trigger: '.ui-autocomplete a:contains("Legal collection"), .o-autocomplete--dropdown-item a:contains("Legal collection")',
            run: "click",
        },
        {
            content: "Say why",
            trigger: '.modal .o_field_widget[name="note"] input',
            run: "edit Power granted to the lawyer",
        },
        {
            content: "The attempts were made before this system: say where they are kept",
            trigger: '.modal .o_field_widget[name="evidence_note"] input',
            run: "edit Folder 2026-7",
        },
        {
            content: "Apply",
            trigger: '.modal footer button.btn-primary',
            run: "click",
        },
        {
            content: "The dossier is in its new stage",
            trigger: '.o_form_view .o_field_widget[name="partida_open_ids"] .o_data_row:contains("Legal collection")',
        },
    ],
});
