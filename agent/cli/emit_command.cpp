#include "cli/emit_command.h"

#include <ostream>

#include "cli/exit_code.h"
#include "cli/meaning.h"
#include "cli/reject_text.h"
#include "emit/event_line.h"

namespace ordertrace {
namespace {

// What is wrong with the line, empty if nothing is.
std::string complaint(const std::string& line, TimePoint now) {
    std::string text;
    for (const auto& meaning : meaning_of(line, {}, now)) {
        if (meaning.reject) return reject_text(*meaning.reject);
        const auto& event = *meaning.event;
        if (event.demoted) return "the verb is unknown, or lacks what it must have; see ordertrace check\n";
        for (const auto& remark : event.remarks) {
            if (remark.key == "event.rest") text += "not understood: " + line_value(remark.value) + '\n';
            if (remark.key == "event.truncated") text += "over the limits of the protocol: something was left out\n";
        }
    }
    return text;
}

}  // namespace

int emit_command(const EmitOptions& options, TimePoint now, std::ostream& errors) {
    const auto line = event_line(options.verb, options.order, options.words);
    if (options.strict) {
        const auto wrong = complaint(line, now);
        if (!wrong.empty()) {
            errors << "ordertrace emit: " << wrong;
            return exit_code::usage;
        }
    }
    const auto sender = EventSender::open(options.agent);
    if (!options.strict) {
        if (sender) static_cast<void>(sender->send(line));
        return exit_code::fine;
    }
    constexpr std::chrono::milliseconds patience{200};  // a refusal comes back within one round trip
    const auto sent = sender ? sender->send_and_wait(line, patience) : tl::unexpected{sender.error()};
    if (sent) return exit_code::fine;
    errors << "ordertrace emit: " << sent.error().message << '\n';
    return exit_code::unavailable;
}

}  // namespace ordertrace
