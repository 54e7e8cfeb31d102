#include "cli/id_command.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <ostream>

#include "cli/exit_code.h"
#include "cli/meaning.h"
#include "cli/reject_text.h"
#include "emit/event_line.h"

namespace ordertrace {
namespace {

std::string link_of(std::string jaeger, const std::string& trace_id) {
    while (jaeger.ends_with('/')) jaeger.pop_back();
    return jaeger + "/trace/" + trace_id;
}

}  // namespace

int id_command(const IdOptions& options, std::ostream& output, std::ostream& errors) {
    // The agent's own reader trims and converts the order as it would in an event.
    const auto line = event_line("note", options.order, {":"});
    const auto meaning = meaning_of(line, {.name_space = options.name_space}, TimePoint{}).at(0);
    if (meaning.reject) {
        errors << "ordertrace id: ORDER: " << explanation(meaning.reject->reason) << '\n';
        return exit_code::usage;
    }
    const auto& event = *meaning.event;
    if (options.json) {
        boost::json::object answer{{"order", event.order},
                                   {"namespace", event.name_space},
                                   {"trace_id", event.trace_id},
                                   {"jaeger_url", nullptr}};
        if (!options.jaeger.empty()) answer["jaeger_url"] = link_of(options.jaeger, event.trace_id);
        output << boost::json::serialize(answer) << '\n';
        return exit_code::fine;
    }
    output << event.trace_id << '\n';
    if (!options.jaeger.empty()) output << link_of(options.jaeger, event.trace_id) << '\n';
    return exit_code::fine;
}

}  // namespace ordertrace
