#include "settings/settings_problem.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace ordertrace {
namespace {

constexpr std::size_t longest_quote = 64;

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return out;
}

// Edits (insert, delete, replace, swap of neighbours) between two short names.
std::size_t distance(const std::string& a, const std::string& b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> cost((a.size() + 1) * width);
    auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return cost[i * width + j]; };
    for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
    for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = a[i - 1] == b[j - 1] ? 0 : 1;
            at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
        }
    }
    return at(a.size(), b.size());
}

}  // namespace

std::string to_string(const SettingsProblem& problem) {
    std::string out = problem.file;
    if (problem.line > 0) out += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
    out += ": ";
    if (!problem.key.empty()) out += problem.key + ": ";
    out += problem.what;
    if (!problem.hint.empty()) out += "; " + problem.hint;
    // A quoted key of the file may hold anything; a problem is one line.
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
    return out;
}

std::string quoted(std::string_view value) {
    const auto shown = cut_utf8(value, longest_quote);
    return "\"" + std::string{shown} + (shown.size() < value.size() ? "…\"" : "\"");
}

std::string alternatives(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
        out += names[i];
    }
    return out;
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
    constexpr std::size_t longest_name = 64;  // the cost grows with the square
    if (name.empty() || name.size() > longest_name) return {};
    const std::string wanted = lower(name);
    constexpr std::size_t telling_start = 3;  // warn for warning, dir for directory
    for (const auto& candidate : candidates)
        if (wanted.size() >= telling_start && candidate.compare(0, wanted.size(), wanted) == 0) return candidate;
    std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    std::string nearest;
    for (const auto& candidate : candidates) {
        const auto edits = distance(wanted, lower(candidate));
        if (edits < best) {
            best = edits;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string nearest_name_hint(std::string_view name, const std::vector<std::string>& candidates) {
    const auto nearest = nearest_name(name, candidates);
    return nearest.empty() ? "" : "did you mean " + nearest + "?";
}

}  // namespace ordertrace
