import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// On the phone: from the statement to an agreement asked for.
tours.add("cartera_pedir_acuerdo", {
    steps: () => [
        {
            content: "To the page of agreements",
            trigger: 'nav a:contains("Acuerdo de pago")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The plan of all that is overdue shows at once",
            trigger: '.o_cartera_plan h2:contains("6 cuotas")',
        },
        {
            content: "Another number of instalments, with one press",
            trigger: '.o_cartera_simulador button[name="cuotas"][value="3"]',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The plan follows",
            trigger: '.o_cartera_plan h2:contains("3 cuotas")',
        },
        {
            content: "See each payment",
            trigger: '.o_cartera_plan summary:contains("Ver cada pago")',
            run: "click",
        },
        {
            content: "The last one",
            trigger: '.o_cartera_plan details:contains("Cuota 3 de 3")',
        },
        {
            content: "Who asks",
            trigger: "#pedido_nombre",
            run: "edit Juana Deudora",
        },
        {
            content: "Ask for it",
            trigger: 'button:contains("Pedir este acuerdo")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It was received",
            trigger: '[role="status"]:contains("Recibimos su solicitud")',
        },
        {
            content: "And is being studied",
            trigger: '.badge:contains("En estudio")',
        },
    ],
});

// On the phone: a claim of one invoice, filed and followed.
tours.add("cartera_reclamar", {
    steps: () => [
        {
            content: "To the page of claims",
            trigger: 'nav a:contains("Solicitudes y reclamos")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the form",
            trigger: 'summary:contains("Presentar una solicitud o reclamo")',
            run: "click",
        },
        {
            content: "Tick the oldest debt",
            trigger: 'input[name="partida"]:first',
            run: "click",
        },
        {
            content: "Who claims",
            trigger: "#cartera_nombre",
            run: "edit Juana Deudora",
        },
        {
            content: "What happened",
            trigger: "#cartera_texto",
            run: "edit No reconozco este consumo",
        },
        {
            content: "File it",
            trigger: 'button:contains("Radicar")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It has its number, and is not chased meanwhile",
            trigger: '[role="status"]:contains("no se le cobrará mientras tanto")',
        },
        {
            content: "It is being studied",
            trigger: '.badge:contains("En estudio")',
        },
    ],
});
