import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const current = (label) => `.o_statusbar_status button.o_arrow_button_current:contains("${label}")`;

/** Draw a stroke on a canvas, as a finger does. */
function draw(canvas) {
    const box = canvas.getBoundingClientRect();
    const points = [0.1, 0.3, 0.5, 0.7, 0.9].map((part, index) => ({
        clientX: box.left + box.width * part,
        clientY: box.top + box.height * (index % 2 ? 0.8 : 0.2),
    }));
    const send = (type, point, buttons) => {
        const event = { ...point, bubbles: true, cancelable: true, isPrimary: true, pointerId: 1, pointerType: "touch" };
        canvas.dispatchEvent(new PointerEvent(type, { ...event, buttons, pressure: buttons / 2 }));
    };
    send("pointerdown", points[0], 1);
    points.slice(1).forEach((point) => send("pointermove", point, 1));
    send("pointerup", points.at(-1), 0);
}

// The officer: a draft becomes the proposal that the debtor is shown.
tours.add("cartera_acuerdo_proponer", {
    steps: () => [
        {
            content: "The draft has its plan",
            trigger: '.o_field_widget[name="cuota_ids"] .o_data_row:contains("Aug 15")',
        },
        {
            content: "Propose it",
            trigger: '.o_statusbar_buttons button:contains("Propose")',
            run: "click",
        },
        {
            content: "It is proposed, and may be sent",
            trigger: '.o_statusbar_buttons button:contains("Send the Proposal")',
        },
        {
            content: "Its state says so",
            trigger: current("Proposed"),
        },
    ],
});

// The debtor: from the list of theirs to accepting.
tours.add("cartera_acuerdo_aceptar", {
    steps: () => [
        {
            content: "The proposal waits",
            trigger: '.o_cartera_acuerdo_fila:contains("Por aceptar")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What is owed, and the plan",
            trigger: '.o_cartera_cuota:contains("Cuota 4 de 4")',
        },
        {
            content: "Accept",
            trigger: '.o_cartera_aceptar button:contains("Acepto la propuesta")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Accepted",
            trigger: '.o_cartera_acuerdo[data-paso="accepted"] .alert-success:contains("Propuesta aceptada")',
        },
    ],
});

tours.add("cartera_acuerdo_pedir_firmas", {
    steps: () => [
        {
            content: "Accepted by the debtor: ask for the signatures",
            trigger: '.o_statusbar_buttons button:contains("Ask for the Signatures")',
            run: "click",
        },
        {
            content: "Being signed",
            trigger: current("Being Signed"),
        },
    ],
});

// The debtor: reads the document and signs, drawing.
tours.add("cartera_acuerdo_firmar", {
    steps: () => [
        {
            content: "Their signature is missing",
            trigger: '.o_cartera_acuerdo_fila:contains("Falta su firma")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The document is there to be read",
            trigger: 'a[href$="/pdf/acuerdo"]:contains("Ver")',
        },
        {
            content: "Draw the signature",
            trigger: ".o_cartera_firmar canvas.o_web_sign_signature",
            run: ({ anchor }) => draw(anchor),
        },
        {
            content: "Something is drawn",
            trigger: ".o_cartera_firmar canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            content: "Sign",
            trigger: ".o_cartera_firmar .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Signed, and in force",
            trigger: '.o_cartera_acuerdo[data-paso="active"] .alert-success:contains("Firmado y vigente")',
        },
    ],
});
