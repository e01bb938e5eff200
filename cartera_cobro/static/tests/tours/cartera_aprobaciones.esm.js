import { registry } from "@web/core/registry";

/** The steps of a tour, with time for a machine that does other things too. */
const patient = (steps) => steps.map((step) => ({ timeout: 40000, ...step }));

const tours = registry.category("web_tour.tours");
const state = (value) => `.o_statusbar_status button.o_arrow_button_current[data-value="${value}"]`;

/** From any screen to one document that awaits the user: the pencil, its kind, the document. */
const await_ = (model, debtor) => [
    { content: "What awaits my signature", trigger: ".o_menu_systray .fa-pencil-square-o", run: "click" },
    { content: "Of this kind", trigger: `.o-mail-ActivityMenu [data-model_name="${model}"]`, run: "click" },
    {
        content: "One of them",
        trigger: `.o_kanban_record:contains("${debtor}"), .o_data_row:contains("${debtor}") .o_data_cell:first`,
        run: "click",
    },
];

const say = (button, why) => [
    { trigger: `.o_form_view button[name="${button}"]`, run: "click" },
    { content: "With the reason that stays", trigger: '.modal .o_field_widget[name="comment"] input', run: `edit ${why}` },
    { trigger: '.modal footer button[name="add_comment"]', run: "click" },
];

// The treasurer: a letter signed, an agreement returned with its reason, a referral signed.
tours.add("cartera_aprobaciones", {
    steps: () => patient([
        ...await_("cartera.comunicacion", "Juana Deudora"),
        { content: "The letter as it will be read", trigger: '.o_form_view .o_field_widget[name="preview_html"]:contains("Juana Deudora")' },
        ...say("validate_tier", "Conforme"),
        { content: "Signed: it has its number and may leave", trigger: `body:not(:has(.modal)) ${state("approved")}` },
        ...await_("cartera.acuerdo", "Juana Deudora"),
        ...say("reject_tier", "El plazo es muy largo"),
        { content: "Returned to who proposed it", trigger: "body:not(:has(.modal)) .o_form_view:contains('El plazo es muy largo')" },
        ...await_("cartera.remision", "Segundo Deudor"),
        ...say("validate_tier", "Que pase al abogado"),
        { content: "It may be sent", trigger: "body:not(:has(.modal)) .o_form_view button[name='action_send']" },
    ]),
});
