// A named, typed value: an attribute of an event, a tag of a span, a field of a log.
// Only views; whoever fills it keeps the bytes alive.
#pragma once

#include <cstdint>
#include <string_view>

namespace ordertrace {

struct Tag {
    enum class Type : std::uint8_t { text, integer, real, boolean };  // Jaeger: STRING LONG DOUBLE BOOL

    std::string_view key;
    Type type = Type::text;
    std::string_view text;
    std::int64_t integer = 0;
    double real = 0;
    bool boolean = false;

    static Tag of_text(std::string_view key, std::string_view value) { return {.key = key, .text = value}; }
    static Tag of_integer(std::string_view key, std::int64_t value) {
        return {.key = key, .type = Type::integer, .text = {}, .integer = value};
    }
    static Tag of_real(std::string_view key, double value) {
        return {.key = key, .type = Type::real, .text = {}, .real = value};
    }
    static Tag of_boolean(std::string_view key, bool value) {
        return {.key = key, .type = Type::boolean, .text = {}, .boolean = value};
    }
    friend bool operator==(const Tag&, const Tag&) = default;
};

}  // namespace ordertrace
