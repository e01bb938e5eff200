import { TierReviewMenu } from "@base_tier_validation/components/tier_review_menu/tier_review_menu.esm";
import { patch } from "@web/core/utils/patch";

// What awaits a signature is fetched when the page opens: pressed before it came, the menu is empty, and fills itself.
patch(TierReviewMenu.prototype, {
    setup() {
        super.setup();
        this.store.tierReviewGroups ??= [];
    },
});
