// How the lines of a log become events: the content of a map file (proto/maps.md), whole and valid. Plain data that
// only read_event_map (maps/event_map_reader.h) makes; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "maps/json_path.h"
#include "maps/pattern.h"
#include "steps/event.h"

namespace ordertrace {

// Where a value comes from.
struct Field {
    enum class From : std::uint8_t { capture, column, json };
    From from = From::capture;
    std::size_t index = 0;             // of the capture or the column
    JsonPath path;                     // from json
    std::optional<std::size_t> table;  // of the rule's tables: what the value stands for
};

// A text with fields in it: "{queue} to {/customer/name}".
struct Template {
    struct Part {
        std::string text;
        std::optional<Field> field;  // after the text
    };
    std::vector<Part> parts;
    bool empty() const { return parts.empty(); }
};

struct Condition {
    Field field;
    Pattern pattern;  // the field as a whole is it
};

struct MapRule {
    Verb verb = Verb::note;
    std::optional<Pattern> match;                         // of text
    std::vector<Condition> when;                          // all of them hold
    std::optional<std::pair<Template, Template>> differ;  // the two are not the same
    Template order;
    std::vector<std::pair<std::string, Template>> set;
    Template note;
    std::vector<std::vector<std::pair<std::string, std::string>>> tables;
};

struct EventMap {
    enum class Format : std::uint8_t { text, json, csv };
    Format format = Format::text;
    std::vector<std::string> columns;  // of csv
    char separator = ',';              // of csv
    std::optional<JsonPath> each;      // of json: an array whose elements are looked at one by one
    std::vector<MapRule> rules;        // the first that matches counts
};

}  // namespace ordertrace
