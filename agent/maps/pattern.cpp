#include "maps/pattern.h"

#include <re2/re2.h>

#include "base/text.h"

namespace ordertrace {
namespace {

constexpr std::size_t longest_pattern = 4096;

std::shared_ptr<const RE2> compiled(const std::string& text, RE2::Options::Encoding encoding) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(encoding);
    return std::make_shared<const RE2>(text, options);
}

}  // namespace

Judged<Pattern> Pattern::read(const std::string& text) {
    if (text.empty()) return complain("an empty pattern", "write a regular expression");
    if (text.size() > longest_pattern) return complain("the pattern is longer than 4096 bytes");
    Pattern pattern;
    pattern.characters_ = compiled(text, RE2::Options::EncodingUTF8);
    pattern.bytes_ = compiled(text, RE2::Options::EncodingLatin1);
    if (!pattern.characters_->ok()) {
        const auto& error = pattern.characters_->error();
        const auto& culprit = pattern.characters_->error_arg();
        return complain(
            "no valid pattern: " + error.substr(0, error.find(':')) + (culprit.empty() ? "" : " at " + quoted(culprit)),
            "see the syntax of RE2");
    }
    for (const auto& [number, name] : pattern.characters_->CapturingGroupNames()) {
        if (pattern.characters_->NamedCapturingGroups().at(name) != number)
            return complain("two groups are called " + quoted(name), "give each its own name");
        pattern.groups_.emplace_back(number, name);
    }
    return pattern;
}

std::vector<std::string> Pattern::names() const {
    std::vector<std::string> names;
    for (const auto& [number, name] : groups_) names.push_back(name);
    return names;
}

bool Pattern::match(std::string_view text, bool whole, std::vector<std::string>& captures) const {
    const auto& expression = is_valid_utf8(text) ? *characters_ : *bytes_;
    const int last = groups_.empty() ? 0 : groups_.back().first;
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(last) + 1);
    const re2::StringPiece piece{text.data(), text.size()};
    if (!expression.ok() ||
        !expression.Match(piece, 0, text.size(), whole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED, found.data(), last + 1))
        return false;
    for (const auto& [number, name] : groups_) {
        const auto& group = found[static_cast<std::size_t>(number)];
        captures.emplace_back(group.data() == nullptr ? "" : std::string{group.data(), group.size()});
    }
    return true;
}

}  // namespace ordertrace
