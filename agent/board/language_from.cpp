#include <charconv>
#include <optional>

#include "base/text.h"
#include "board/pages.h"

namespace ordertrace {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string_view take_part(std::string_view& rest, char separator) {
    const auto end = rest.find(separator);
    const auto part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return trimmed(part);
}

// The weight of "ru-RU;q=0.8" is 0.8, without q it is 1; what cannot be read is not wanted.
double weight_of(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto parameter = take_part(parameters, ';');
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
        const auto number = parameter.substr(2);
        double weight = 0;
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
        const bool whole = error == std::errc{} && end == number.data() + number.size();
        return whole && weight >= 0 && weight <= 1 ? weight : 0;
    }
    return 1;
}

}  // namespace

Language language_from(std::string_view header) {
    std::optional<double> russian, english, any;
    while (!header.empty()) {
        auto rest = take_part(header, ',');
        auto range = take_part(rest, ';');
        const auto language = range.substr(0, range.find('-'));
        const auto weight = weight_of(rest);
        auto* wanted = equals_ignore_case(language, "ru")   ? &russian
                       : equals_ignore_case(language, "en") ? &english
                       : language == "*"                    ? &any
                                                            : nullptr;
        if (wanted != nullptr && weight > wanted->value_or(-1)) *wanted = weight;
    }
    const auto others = any.value_or(0);
    return russian.value_or(others) > english.value_or(others) ? Language::russian : Language::english;
}

}  // namespace ordertrace
