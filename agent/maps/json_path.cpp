#include "maps/json_path.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace ordertrace {
namespace {

namespace json = boost::json;

constexpr std::size_t most_steps = 16;
constexpr double first_inexact = 9'007'199'254'740'992.0;  // 2^53

// ~0 is ~, ~1 is /.
Judged<std::string> unescaped(std::string_view step) {
    std::string text;
    for (std::size_t i = 0; i < step.size(); ++i) {
        if (step[i] != '~') {
            text += step[i];
            continue;
        }
        const char next = ++i < step.size() ? step[i] : '\0';
        if (next != '0' && next != '1') return complain("a lone ~ in the path", "write ~0 for ~ and ~1 for /");
        text += next == '0' ? '~' : '/';
    }
    return text;
}

const json::value* element_of(const json::array& array, const std::string& step) {
    std::size_t index = 0;
    const auto* const end = step.data() + step.size();
    if (const auto [rest, error] = std::from_chars(step.data(), end, index); error == std::errc{} && rest == end)
        return index < array.size() ? &array[index] : nullptr;
    const auto equals = step.find('=');
    if (equals == std::string::npos) return nullptr;
    const std::string_view name{step.data(), equals};
    for (const auto& element : array) {
        const auto* object = element.if_object();
        const auto* member = object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
        if (member != nullptr && text_of(*member) == step.substr(equals + 1)) return &element;
    }
    return nullptr;
}

std::string spelled(double value) {
    if (!(std::abs(value) < first_inexact)) return {};
    // The shortest spelling of 100000.0 would be 1e+05.
    if (value == std::trunc(value)) return std::to_string(static_cast<std::int64_t>(value));
    std::array<char, 32> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), result.ptr};
}

}  // namespace

Judged<JsonPath> read_json_path(const std::string& text) {
    if (text.empty()) return complain("an empty name", "name a member, or a path as /order/id");
    if (text[0] != '/') return JsonPath{text};
    JsonPath path;
    for (std::size_t begin = 1; begin <= text.size();) {
        const auto end = std::min(text.find('/', begin), text.size());
        auto step = unescaped(std::string_view{text}.substr(begin, end - begin));
        if (!step) return tl::unexpected(step.error());
        path.push_back(std::move(*step));
        begin = end + 1;
    }
    if (path.size() > most_steps) return complain("a path of more than 16 steps");
    return path;
}

const json::value* find_in(const json::value& document, const JsonPath& path) {
    const auto* value = &document;
    for (const auto& step : path) {
        if (const auto* object = value->if_object())
            value = object->if_contains(step);
        else if (const auto* array = value->if_array())
            value = element_of(*array, step);
        else
            value = nullptr;
        if (value == nullptr) return nullptr;
    }
    return value;
}

std::string text_of(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null: return {};
        case json::kind::bool_: return value.get_bool() ? "true" : "false";
        case json::kind::int64: return std::to_string(value.get_int64());
        case json::kind::uint64: return std::to_string(value.get_uint64());
        case json::kind::double_: return spelled(value.get_double());
        case json::kind::string: return {value.get_string().data(), value.get_string().size()};
        case json::kind::array:
        case json::kind::object: return json::serialize(value);
    }
    return {};
}

}  // namespace ordertrace
