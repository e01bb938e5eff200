import { registry } from "@web/core/registry";

/** The steps of a tour, with time for a machine that does other things too. */
const patient = (steps) => steps.map((step) => ({ timeout: 40000, ...step }));

const tours = registry.category("web_tour.tours");
const row = '.o_list_view .o_data_row:contains("Juana Deudora")';

// The officer's day: the next debtor, a call that nobody answers, a letter to be signed, the plan that is proposed.
tours.add("cartera_jornada", {
    steps: () => patient([
        { content: "The first of the list", trigger: `${row} .o_data_cell[name="partner_id"]`, run: "click" },
        { content: "Call: one press", trigger: '.o_form_view .o_statusbar_buttons button[name="action_gestion"]', run: "click" },
        { content: "The guard answers before", trigger: '.modal .o_field_widget[name="verdict_text"]' },
        // The field has the focus when the dialog opens: pressed before, its list would close again.
        { content: "The keys are on the result", trigger: '.modal .o_field_widget[name="result"] input:focus' },
        {
            trigger: '.modal .o_field_widget[name="result"] .o_select_menu_toggler, .modal .o_field_widget[name="result"] select',
            run: "click",
        },
        { trigger: '.o_select_menu_menu .o_select_menu_item:contains("No answer")', run: "click" },
        { content: "It is chosen", trigger: '.modal .o_field_widget[name="result"] input:value("No answer")' },
        { content: "Record: the second press", trigger: '.modal footer button[name="action_record"]', run: "click" },
        { content: "A letter", trigger: 'body:not(:has(.modal)) .o_statusbar_buttons button[data-hotkey="l"]', run: "click" },
        { trigger: '.modal .o_field_widget[name="template_id"] input', run: "edit Primera" },
        { trigger: '.o-autocomplete--dropdown-item a:contains("Primer")', run: "click" },
        { content: "As the debtor would read it", trigger: '.modal .o_field_widget[name="preview_html"]:contains("Juana Deudora")' },
        { content: "The treasurer is asked to sign", trigger: '.modal footer button[name="action_apply"]:visible', run: "click" },
        {
            content: "The plans, side by side",
            trigger: 'body:not(:has(.modal)) .o_statusbar_buttons button[name="action_propose_agreement"]',
            run: "click",
        },
        { content: "Three instalments", trigger: '.modal .o_data_row:has([name="count"]:contains(3)) button[name="action_choose"]', run: "click" },
        { content: "The draft has its plan", trigger: '.o_form_view .o_field_widget[name="cuota_ids"] .o_data_row' },
        { trigger: '.o_statusbar_buttons button[name="action_propose"]', run: "click" },
        { trigger: '.o_statusbar_status button.o_arrow_button_current[data-value="proposed"]' },
    ]),
});

// The auditor reads the same dossier, and why an item is where it is; there is no button that changes anything.
tours.add("cartera_auditor", {
    steps: () => patient([
        { content: "Nothing to create", trigger: "body:not(:has(.o_list_button_add)) .o_list_view .o_data_row" },
        { trigger: `${row} .o_data_cell[name="partner_id"]`, run: "click" },
        {
            content: "No step to take, no message to write",
            trigger: 'body:not(:has(.o_statusbar_buttons button:visible)):not(:has(.o-mail-Chatter-sendMessage:visible)) .o_form_view',
        },
        {
            content: "From an item to its history",
            trigger: '.o_field_widget[name="partida_open_ids"] .o_data_row .o_data_cell:first',
            run: "click",
        },
        { trigger: '.o_field_widget[name="stage_explanation"]:contains("60")' },
    ]),
});
