#include "board/url_text.h"

#include <algorithm>

#include "base/text.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_order_bytes = 128;

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::optional<std::string> form_decoded(std::string_view text) {
    std::string spaced{text};
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percent_decoded(spaced);
}

bool is_text(const std::string& text) { return is_valid_utf8(text) && text.find('\0') == std::string::npos; }

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
        const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
        if (!low) return std::nullopt;
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return out;
}

Result<std::string> order_id_of(std::string_view encoded) {
    auto id = percent_decoded(encoded);
    if (!id) return fail("order: a percent sign must begin an escape such as %20; write the sign itself as %25");
    if (id->empty()) return fail("order: the id is missing");
    if (id->size() > most_order_bytes) return fail("order: the id is over 128 bytes, which no order has");
    if (!is_text(*id)) return fail("order: the id is no UTF-8 text");
    return std::move(*id);
}

Result<QueryParameters> query_parameters(std::string_view query) {
    QueryParameters parameters;
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = form_decoded(pair.substr(0, equals));
        if (!name || !is_text(*name)) return fail("the query has a parameter whose name is no text; check its escapes");
        auto value = form_decoded(pair.substr(std::min(equals + 1, pair.size())));
        if (!value || !is_text(*value)) return fail(*name + ": the value is no text; check its percent signs");
        const bool known = std::any_of(parameters.begin(), parameters.end(),
                                       [&](const auto& earlier) { return earlier.first == *name; });
        if (known) return fail(*name + ": given twice; once is enough");
        parameters.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

}  // namespace ordertrace
