#include "settings/variables.h"

#include <algorithm>
#include <cstdlib>

namespace ordertrace {
namespace {

bool is_name(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9') &&
           std::all_of(text.begin(), text.end(), fits);
}

// `inside` is what stands between the braces.
Judged<std::string> value_of(std::string_view inside, const EnvironmentLookup& lookup) {
    const auto colon = inside.find(':');
    const std::string name{inside.substr(0, colon)};
    const auto rest = colon == std::string_view::npos ? std::string_view{} : inside.substr(colon + 1);
    const char mode = rest.empty() ? '\0' : rest.front();
    if (!is_name(name) || (colon != std::string_view::npos && mode != '-' && mode != '?'))
        return complain(quoted("${" + std::string{inside} + "}") + " is no variable",
                        "write ${VAR}, ${VAR:-default} or ${VAR:?message}");
    if (inside.find("${") != std::string_view::npos)
        return complain("the default of ${" + name + "} holds another variable", "one variable at a time");
    auto value = lookup(name);
    if (value && (mode == '\0' || !value->empty())) return *value;
    const std::string given{rest.empty() ? rest : rest.substr(1)};
    if (mode == '-') return given;
    if (mode == '?' && !given.empty()) return complain("the environment variable " + name + " is not set: " + given);
    return complain("the environment variable " + name + " is not set",
                    "write ${" + name + ":-default} if it may be missing");
}

}  // namespace

EnvironmentLookup process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return value;
    };
}

Judged<std::string> replace_variables(std::string_view text, const EnvironmentLookup& lookup) {
    std::string out;
    while (!text.empty()) {
        const auto open = text.find("${");
        out += text.substr(0, open);
        if (open == std::string_view::npos) break;
        if (open > 0 && text[open - 1] == '$') {
            out += '{';
            text.remove_prefix(open + 2);
            continue;
        }
        const auto close = text.find('}', open);
        if (close == std::string_view::npos) return complain("a variable without its closing brace", "write ${VAR}");
        auto value = value_of(text.substr(open + 2, close - open - 2), lookup);
        if (!value) return value;
        out += *value;
        text.remove_prefix(close + 1);
    }
    return out;
}

}  // namespace ordertrace
