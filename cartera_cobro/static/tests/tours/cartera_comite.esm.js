import { registry } from "@web/core/registry";

/** The steps of a tour, with time for a machine that does other things too. */
const patient = (steps) => steps.map((step) => ({ timeout: 40000, ...step }));

const tours = registry.category("web_tour.tours");
const state = (value) => `.o_statusbar_status button.o_arrow_button_current[data-value="${value}"]`;
const press = (name) => ({ trigger: `.o_form_view .o_statusbar_buttons button[name="${name}"]`, run: "click" });
const yes = { trigger: ".modal footer button.btn-primary", run: "click" };

// The secretary: the session begins with its quorum, the case is seen and voted, the minutes are closed.
tours.add("cartera_comite_sesion", {
    steps: () => patient([
        press("action_open"),
        { content: "Who is there makes the quorum", trigger: `.o_form_view:has(${state("session")}) .o_field_widget[name="quorum_text"]` },
        press("action_cases"),
        { trigger: '.o_list_view .o_data_row:contains("Juana Deudora") .o_data_cell[name="debtor_name"]', run: "click" },
        {
            content: "The sheet of the case: what it owes, since when",
            trigger: '.o_form_view:contains("Juana Deudora") .o_field_widget[name="amount_capital"]:contains("600,000")',
        },
        press("action_unanimous"),
        { content: "Decided", trigger: '.o_form_view .o_field_widget[name="decision"]:contains("Write")' },
        { content: "Back to the minutes", trigger: '.o_form_view .o_field_widget[name="acta_id"] a', run: "click" },
        { trigger: `.o_form_view:has(${state("session")}) .o_field_widget[name="quorum_text"]` },
        press("action_close"),
        yes,
        { content: "With its number, and waiting for the signatures", trigger: `body:not(:has(.modal)) ${state("approval")}` },
    ]),
});

// A member: the minutes that await them, and their signature.
tours.add("cartera_comite_firmar", {
    steps: () => patient([
        { content: "The minutes", trigger: '.o_kanban_record:contains("CC-2026-00001"), .o_data_row:contains("CC-2026-00001") .o_data_cell:first', run: "click" },
        press("action_sign"),
        yes,
        { content: "Signed: nothing is left to press", trigger: 'body:not(:has(.modal)):not(:has(button[name="action_sign"])) .o_form_view' },
    ]),
});

// The secretary again: what was decided is carried out, once.
tours.add("cartera_comite_ejecutar", {
    steps: () => patient([
        { trigger: state("signed") },
        press("action_execute"),
        yes,
        {
            content: "There is nothing left to carry out",
            trigger: 'body:not(:has(.modal)):not(:has(button[name="action_execute"])) .o_form_view',
        },
    ]),
});
