#include "maps/rule_fields.h"

#include <algorithm>
#include <optional>

namespace ordertrace {
namespace {

std::optional<std::size_t> index_in(const std::vector<std::string>& names, const std::string& name) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) return std::nullopt;
    return static_cast<std::size_t>(at - names.begin());
}

}  // namespace

void RuleFields::add_captures(const Pattern& pattern) {
    const auto names = pattern.names();
    captures_.insert(captures_.end(), names.begin(), names.end());
}

Judged<Field> RuleFields::find(const std::string& name) const {
    Field field;
    field.table = index_in(tables_, name);
    if (const auto capture = index_in(captures_, name)) {
        field.index = *capture;
        return field;
    }
    if (map_.format == EventMap::Format::json) {
        auto path = read_json_path(name);
        if (!path) return tl::unexpected(path.error());
        field.from = Field::From::json;
        field.path = std::move(*path);
        return field;
    }
    if (const auto column = index_in(map_.columns, name)) {
        field.from = Field::From::column;
        field.index = *column;
        return field;
    }
    if (unknown_) return field;
    return tl::unexpected(no_field(name));
}

Complaint RuleFields::no_field(const std::string& name) const {
    auto names = captures_;
    names.insert(names.end(), map_.columns.begin(), map_.columns.end());
    auto hint = nearest_name_hint(name, names);
    if (hint.empty())
        hint = names.empty() ? "name a group in a pattern: (?P<order>[0-9]+)" : "known here: " + alternatives(names);
    return {quoted(name) + " is no field", std::move(hint)};
}

}  // namespace ordertrace
