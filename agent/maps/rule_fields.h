// The fields that a rule of a map file may name: what its patterns capture, the columns, or JSON values. Used inside
// this room only, while a file is read.
#pragma once

#include <string>
#include <vector>

#include "maps/event_map.h"
#include "settings/settings_problem.h"

namespace ordertrace {

class RuleFields {
public:
    explicit RuleFields(const EventMap& map) : map_{map} {}

    void add_captures(const Pattern& pattern);
    // A pattern could not be read: no name is judged, for it may be one of its groups.
    void give_up() { unknown_ = true; }
    // Of the rule's tables, in their order.
    void add_table(std::string field) { tables_.push_back(std::move(field)); }

    // A captured name comes before a column or a JSON value of that name.
    Judged<Field> find(const std::string& name) const;

private:
    Complaint no_field(const std::string& name) const;

    const EventMap& map_;
    std::vector<std::string> captures_;
    std::vector<std::string> tables_;
    bool unknown_ = false;
};

}  // namespace ordertrace
