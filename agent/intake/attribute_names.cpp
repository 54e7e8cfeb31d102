#include "intake/attribute_names.h"

#include <algorithm>
#include <array>

namespace ordertrace {
namespace {

constexpr std::array<std::string_view, 16> reserved_beginnings{
    "order.",     "event.", "time.", "text.",      "step.", "system.", "agent.",   "attempt",
    "abandoned.", "span.",  "otel.", "messaging.", "peer.", "host.",   "service.", "ext."};

void add_lower(std::string_view text, ArenaText& out) {
    for (const char c : text) out.add(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
}

}  // namespace

bool is_reserved_attribute(std::string_view name) {
    if (name == "error" || name == "traceparent") return true;
    if (name.find('.') == std::string_view::npos) return name.starts_with("attempt");
    return std::any_of(reserved_beginnings.begin(), reserved_beginnings.end(),
                       [&](auto beginning) { return name.starts_with(beginning); });
}

std::string_view ext_key(std::string_view key, TextArena& arena) {
    ArenaText out{arena};
    out.add("ext.");
    add_lower(key, out);
    return out.view();
}

std::string_view ext_attribute(std::string_view name, TextArena& arena) {
    ArenaText out{arena};
    out.add("ext._");
    out.add(name);
    return out.view();
}

std::string_view lower_ascii(std::string_view text, TextArena& arena) {
    ArenaText out{arena};
    add_lower(text, out);
    return out.view();
}

}  // namespace ordertrace
