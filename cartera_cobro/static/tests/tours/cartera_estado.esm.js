import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Whoever reads on a phone scrolls down, never sideways. */
function fits() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth + 1) {
        throw new Error(`The page is ${scrollWidth} wide, the screen ${clientWidth}`);
    }
}

// The debtor, on a phone: what is owed, the coupon at hand, an agreement's instalments, the papers.
tours.add("cartera_estado_telefono", {
    steps: () => [
        {
            content: "What puts them up to date, with interest",
            trigger: '.o_cartera_charge:contains("Para ponerse al día hoy"):contains("intereses de mora")',
            run: fits,
        },
        {
            content: "The coupon is a button away",
            trigger: '.o_cartera_acciones form[action$="/cupon"] button:contains("Cupón de pago")',
        },
        {
            content: "Every obligation, with its days",
            trigger: '.o_cartera_debt:contains("60 días de mora")',
        },
        {
            content: "To the papers",
            trigger: 'nav a:contains("Documentos")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The statement that was issued",
            trigger: '.o_cartera_papel:contains("Estado de cuenta")',
            run: fits,
        },
        {
            content: "And back",
            trigger: 'nav a:contains("Estado de cuenta")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The statement again",
            trigger: ".o_cartera_charge",
        },
    ],
});

// The debtor, on a phone, says when they will pay; a typing mistake comes back with what they typed.
tours.add("cartera_promesa_telefono", {
    steps: () => [
        {
            content: "Open it",
            trigger: '.o_cartera_promesas summary:contains("Díganos cuándo va a pagar")',
            run: "click",
        },
        {
            content: "More than is owed",
            trigger: '.o_cartera_promesas input[name="importe"]',
            run: "edit 9.000.000",
        },
        {
            trigger: '.o_cartera_promesas input[name="dia"]',
            run({ anchor }) {
                anchor.value = "2026-07-20";
            },
        },
        {
            trigger: '.o_cartera_promesas button:contains("Me comprometo a pagar")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Refused, with the reason",
            trigger: '.o_cartera_promesas .alert-warning:contains("Puede comprometerse hasta por")',
            run: fits,
        },
        {
            trigger: '.o_cartera_promesas input[name="importe"]',
            run: "edit 600.000",
        },
        {
            trigger: '.o_cartera_promesas button:contains("Me comprometo a pagar")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Taken",
            trigger: '.o_cartera_promesas .alert-success:contains("Gracias, quedó registrado")',
        },
        {
            content: "And shown on the obligation",
            trigger: '.o_cartera_debt:contains("Prometido para el")',
            run: fits,
        },
    ],
});
