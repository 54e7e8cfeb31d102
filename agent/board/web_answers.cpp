#include "board/web_answers.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "board/pages.h"

namespace ordertrace {
namespace {

namespace http = boost::beast::http;

std::string_view trimmed(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// RFC 9110 13.1.2: a list of tags, compared weakly; or * for any.
bool is_among(std::string_view tag, std::string_view list) {
    while (!list.empty()) {
        auto entry = trimmed(list.substr(0, list.find(',')));
        list.remove_prefix(std::min(list.find(','), list.size() - 1) + 1);
        if (entry.starts_with("W/")) entry.remove_prefix(2);
        if (entry == tag || entry == "*") return true;
    }
    return false;
}

}  // namespace

HttpResponse answer_with(unsigned status, std::string_view content_type, std::string body) {
    HttpResponse response{http::int_to_status(status), 11};
    response.set(http::field::content_type, content_type);
    response.body() = std::move(body);
    response.keep_alive(true);
    return response;
}

HttpResponse redirect(unsigned status, const std::string& to) {
    auto response = answer_with(status, plain_type, "see " + to + "\n");
    response.set(http::field::location, to);
    return response;
}

std::string entity_tag(std::string_view body) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "\"%016llx\"",
                  static_cast<unsigned long long>(XXH3_64bits(body.data(), body.size())));
    return text.data();
}

HttpResponse unless_known(HttpResponse response, std::string_view if_none_match) {
    const auto tag = response[http::field::etag];
    if (response.result() != http::status::ok || tag.empty() || !is_among({tag.data(), tag.size()}, if_none_match))
        return response;
    response.result(http::status::not_modified);
    response.erase(http::field::content_type);
    response.body().clear();
    return response;
}

HttpResponse finished(HttpResponse response, bool is_head) {
    response.set("Content-Security-Policy", page_policy);
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
    if (is_head && response.result() != http::status::not_modified) {
        response.content_length(response.body().size());
        response.body().clear();
    }
    return response;
}

}  // namespace ordertrace
