#include <boost/json/parse.hpp>
#include <memory>

#include "event_rules.h"
#include "intake/json_elements.h"
#include "intake/json_reader.h"

using namespace ordertrace;

// Whole datagrams first; then what the reader takes for JSON has to be JSON for the library's own parser too.
FUZZ_TARGET(json_line) {
    if (input.size() > 65'507) return;
    fuzz::read_by_the_rules(input);
    if (!input.starts_with('{') && !input.starts_with('[')) return;
    static const auto event = std::make_unique<RawEvent>();
    static TextArena arena;
    JsonElements elements{input};
    while (const auto element = elements.next()) {
        event->clear();
        arena.clear();
        const auto read = read_json(*element, *event, arena);
        if (!read && read.error().reason == RejectReason::json) continue;
        boost::json::parse_options options;
        options.allow_invalid_utf8 = true;
        boost::json::error_code why;
        boost::json::parse({element->data(), element->size()}, why, {}, options);
        require(!why);
    }
}
