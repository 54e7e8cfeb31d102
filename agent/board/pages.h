// The board's pages as HTML, rendered on the server. Pure functions of what the register says; any thread.
// Every text from outside goes through HtmlWriter, which makes it inert and escapes it; the pages need nothing from
// another host and no inline script or style. Bounds: as many list rows as the caller gives; of one order the
// timeline's and the table's own limits.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "board/order_register.h"
#include "board/overview.h"
#include "orders/sentence.h"

namespace ordertrace {

// What the pages need and no more; the script asks for the page itself again, hence connect-src.
inline constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

struct PageContext {
    Language language = Language::english;
    std::string base_path = "/";  // begins and ends with a slash
    std::string jaeger_url;       // without a slash at its end; empty: no links
    TimePoint now{};
    std::string stage;       // of the board: its stuck list is of this stage only; empty: of all
    bool first_page = true;  // of the board: its stuck list begins at the worst, not at a cursor
};

// `header` is an Accept-Language: Russian if it is wanted more than English.
Language language_from(std::string_view header);

// `stuck`: the page of the stuck list to show. What leads on: {base}?stage=NAME&cursor=CURSOR. The search form asks
// for {base}orders/?id=TEXT; an order's own page is {base}orders/ID, percent-encoded.
std::string board_page(const Overview& overview, const DigestPage& stuck, const Lifecycle& lifecycle,
                       const PageContext& context);
// Says so and names the nearest ids if the order is unknown; to be sent with 404 then.
std::string order_page(const OrderAnswer& answer, const Lifecycle& lifecycle, const PageContext& context);
// Any other trouble.
std::string trouble_page(std::string_view what, const PageContext& context);

struct Asset {
    std::string_view content_type;
    std::string_view body;
    std::string_view etag;  // with its quotes
};
// `name`: board.css, board.js, icon.svg; nullptr: there is none of this name.
const Asset* find_asset(std::string_view name);

}  // namespace ordertrace
