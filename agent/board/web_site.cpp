#include "board/web_site.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "board/api.h"
#include "board/html_writer.h"
#include "board/pages.h"
#include "board/url_text.h"
#include "board/web_answers.h"
#include "settings/addresses.h"

namespace ordertrace {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view still_reading = "the board is still reading the orders of its store; ask again in a moment";

std::string_view to_view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// What stands behind `front`; nothing if it does not begin so.
std::optional<std::string_view> behind(std::string_view path, std::string_view front) {
    if (!path.starts_with(front)) return std::nullopt;
    return path.substr(front.size());
}

HttpResponse json_answer(unsigned status, std::string body) { return answer_with(status, json_type, std::move(body)); }

HttpResponse api_error(unsigned status, std::string_view what) {
    auto response = json_answer(status, error_json(what));
    if (status == 503) response.set(http::field::retry_after, "10");
    return response;
}

HttpResponse readiness(bool draining, OrderRegister& orders) {
    if (draining) return answer_with(503, plain_type, "draining\n");
    if (const auto answers = orders.ping(); !answers)
        return answer_with(503, plain_type, answers.error().message + "\n");
    if (!orders.overview()->caught_up) return answer_with(503, plain_type, std::string{still_reading} + "\n");
    return answer_with(200, plain_type, "ready\n");
}

HttpResponse asset(std::string_view name) {
    const auto* found = find_asset(name);
    if (found == nullptr) return answer_with(404, plain_type, "no such file\n");
    auto response = answer_with(200, found->content_type, std::string{found->body});
    response.set(http::field::etag, found->etag);
    response.set(http::field::cache_control, "public, max-age=86400");
    return response;
}

// Why lists and counts cannot be trusted now; empty: they can.
std::string trouble_of(const Overview& overview) {
    if (!overview.trouble.empty()) return overview.trouble;
    return overview.caught_up ? std::string{} : std::string{still_reading};
}

// A cursor is read by the index alone; all else that can go wrong there is the store's.
unsigned status_of(const Error& error) { return error.message.starts_with("cursor: ") ? 400 : 503; }

// One request on its way through the site.
class Visit {
public:
    Visit(OrderRegister& orders, const WebSettings& settings, const HttpRequest& request)
        : orders_{orders},
          settings_{settings},
          language_{language_from(to_view(request[http::field::accept_language]))},
          overview_{orders.overview()} {}

    HttpResponse api(std::string_view path, std::string_view query);
    HttpResponse board(std::string_view query);
    HttpResponse order_page_of(std::string_view encoded);
    HttpResponse search(std::string_view query);
    HttpResponse trouble(unsigned status, std::string_view what);

private:
    ApiContext api_context() const { return {settings_.jaeger_url, language_}; }
    PageContext page_context() const {
        return {.language = language_,
                .base_path = settings_.base_path,
                .jaeger_url = settings_.jaeger_url,
                .now = orders_.now(),
                .stage = {}};
    }
    HttpResponse order(std::string_view encoded);
    HttpResponse list(std::string_view query, bool lost);

    OrderRegister& orders_;
    const WebSettings& settings_;
    Language language_;
    std::shared_ptr<const Overview> overview_;
};

HttpResponse Visit::api(std::string_view path, std::string_view query) {
    if (const auto id = behind(path, "orders/")) return order(*id);
    const bool counts = path == "stages" || path == "systems" || path == "edges";
    if (!counts && path != "stuck" && path != "lost")
        return api_error(404,
                         "there are /api/orders/ID, /api/stuck, /api/lost, /api/stages, /api/systems and /api/edges");
    if (!counts) return list(query, path == "lost");
    if (const auto what = trouble_of(*overview_); !what.empty()) return api_error(503, what);
    if (path == "stages") return json_answer(200, stages_json(*overview_));
    return json_answer(200, path == "systems" ? systems_json(*overview_) : edges_json(*overview_));
}

HttpResponse Visit::order(std::string_view encoded) {
    const auto id = order_id_of(encoded);
    if (!id) return api_error(400, id.error().message);
    const auto answer = orders_.order(*id);
    if (!answer) return api_error(503, answer.error().message);
    const unsigned status = answer->verdict.kind == VerdictKind::unknown ? 404 : 200;
    return json_answer(status, order_json(*answer, orders_.lifecycle(), api_context()));
}

HttpResponse Visit::list(std::string_view query, bool lost) {
    const auto now = orders_.now();
    const auto wanted = list_query(query, lost, orders_.lifecycle(), now);
    if (!wanted) return api_error(400, wanted.error().message);
    if (const auto what = trouble_of(*overview_); !what.empty()) return api_error(503, what);
    const auto page = orders_.stuck(*wanted);
    if (!page) return api_error(status_of(page.error()), page.error().message);
    return json_answer(200, orders_json(*page, orders_.lifecycle(), now, api_context()));
}

HttpResponse Visit::trouble(unsigned status, std::string_view what) {
    auto response = answer_with(status, html_type, trouble_page(what, page_context()));
    if (status == 503) response.set(http::field::retry_after, "10");
    return response;
}

HttpResponse Visit::board(std::string_view query) {
    const auto wanted = list_query(query, false, orders_.lifecycle(), orders_.now());
    if (!wanted) return trouble(400, wanted.error().message);
    const auto page = orders_.stuck(*wanted);
    if (!page) return trouble(status_of(page.error()), page.error().message);
    auto context = page_context();
    context.stage = wanted->stage;
    context.first_page = wanted->cursor.empty();
    return answer_with(200, html_type, board_page(*overview_, *page, orders_.lifecycle(), context));
}

HttpResponse Visit::order_page_of(std::string_view encoded) {
    const auto id = order_id_of(encoded);
    if (!id) return trouble(400, id.error().message);
    const auto answer = orders_.order(*id);
    if (!answer) return trouble(503, answer.error().message);
    const unsigned status = answer->verdict.kind == VerdictKind::unknown ? 404 : 200;
    return answer_with(status, html_type, order_page(*answer, orders_.lifecycle(), page_context()));
}

// Where the search form leads: to the order's own page.
HttpResponse Visit::search(std::string_view query) {
    const auto parameters = query_parameters(query);
    if (!parameters) return trouble(400, parameters.error().message);
    std::string_view id;
    for (const auto& [name, value] : *parameters)
        if (name == "id") id = value;
    id.remove_prefix(std::min(id.find_first_not_of(' '), id.size()));
    id = id.substr(0, id.find_last_not_of(' ') + 1);
    if (id == "." || id == "..") return order_page_of(id);  // no browser asks for a path that ends so
    return redirect(303, settings_.base_path + (id.empty() ? "" : "orders/" + percent_encoded(id)));
}

// Without base_path, if it stands there: a proxy in front may have taken it off.
std::string_view site_path(std::string_view path, std::string_view base_path) {
    if (path.starts_with(base_path)) path.remove_prefix(base_path.size() - 1);
    return path;
}

// Pages and JSON: made anew at each request, so that a client must ask whether its own is still good.
HttpResponse content_at(std::string_view path, std::string_view query, Visit& visit) {
    if (path == "/") return visit.board(query);
    if (path == "/orders" || path == "/orders/") return visit.search(query);
    if (const auto id = behind(path, "/orders/")) return visit.order_page_of(*id);
    if (const auto rest = behind(path, "/api/")) return visit.api(*rest, query);
    return visit.trouble(404, "there is no such page; the board is at /, an order at /orders/ID");
}

HttpResponse labelled(HttpResponse response) {
    response.set(http::field::cache_control, "no-cache");
    response.set(http::field::vary, "Accept-Language");
    if (response.result() == http::status::ok) response.set(http::field::etag, entity_tag(response.body()));
    return response;
}

HttpResponse misdirected() {
    return answer_with(421, plain_type,
                       "misdirected request: the board answers only to the names localhost, 127.0.0.1 and [::1]; a "
                       "proxy in front must set the Host header to one of them\n");
}

HttpResponse not_allowed() {
    auto response = answer_with(405, plain_type, "method not allowed; use GET or HEAD\n");
    response.set(http::field::allow, "GET, HEAD");
    return response;
}

}  // namespace

HttpResponse WebSite::answer(const HttpRequest& request) {
    const bool is_head = request.method() == http::verb::head;
    if (!is_name_of(settings_.listen, to_view(request[http::field::host]))) return finished(misdirected(), is_head);
    if (!is_head && request.method() != http::verb::get) return finished(not_allowed(), false);
    const auto target = to_view(request.target());
    const auto whole_path = target.substr(0, target.find('?'));
    if (whole_path.size() + 1 == settings_.base_path.size() && settings_.base_path.starts_with(whole_path))
        return finished(redirect(301, settings_.base_path), is_head);
    const auto query = target.substr(std::min(whole_path.size() + 1, target.size()));
    const auto path = site_path(whole_path, settings_.base_path);

    HttpResponse response;
    if (path == "/healthz") {
        response = answer_with(200, plain_type, "ok\n");
    } else if (path == "/readyz") {
        response = readiness(draining_(), orders_);
    } else if (path == "/metrics") {
        response = answer_with(200, metrics_type, board_metrics(*orders_.overview(), intake_, config_reads_));
    } else if (const auto name = behind(path, "/assets/")) {
        response = asset(*name);
    } else {
        Visit visit{orders_, settings_, request};
        response = labelled(content_at(path, query, visit));
    }
    return finished(unless_known(std::move(response), to_view(request[http::field::if_none_match])), is_head);
}

}  // namespace ordertrace
