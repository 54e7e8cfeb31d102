#include "emit/event_door.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/display_text.h"
#include "settings/addresses.h"

namespace ordertrace {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t most_of_datagram = 65'507;
constexpr milliseconds for_news{20};   // that nobody listens
constexpr std::size_t in_a_row = 100;  // datagrams, then a pause: nobody says when the agent's buffer is full

Offered send_all(const EventSender& sender, std::span<const std::string> events) {
    Offered offered;
    for (const auto& event : events) {
        const bool pause = &event == &events.back() || offered.taken % in_a_row == in_a_row - 1;
        if (event.size() > most_of_datagram) {
            offered.refused.push_back({offered.taken, "over 65,507 bytes, it fits no datagram"});
        } else if (const auto sent = sender.send_and_wait(event, pause ? for_news : milliseconds{0}); !sent) {
            offered.trouble = sent.error().message;
            return offered;
        }
        ++offered.taken;
    }
    return offered;
}

std::string joined(std::span<const std::string> events) {
    std::string lines;
    for (const auto& event : events) {
        lines += event;
        lines += '\n';
    }
    return lines;
}

// Which event holds the line of this number, from 1.
std::optional<std::size_t> event_with(std::size_t line, std::span<const std::string> events) {
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto lines = 1 + static_cast<std::size_t>(std::count(events[i].begin(), events[i].end(), '\n'));
        if (line <= lines) return i;
        line -= lines;
    }
    return std::nullopt;
}

struct Numbered {
    std::size_t number = 0;
    std::string_view rest;
};

// Of a row "BEGIN 7 END REST".
std::optional<Numbered> numbered(std::string_view begin, std::string_view row, std::string_view end) {
    if (!row.starts_with(begin)) return std::nullopt;
    row.remove_prefix(begin.size());
    std::size_t number = 0;
    const auto [behind, error] = std::from_chars(row.data(), row.data() + row.size(), number);
    row.remove_prefix(static_cast<std::size_t>(behind - row.data()));
    if (error != std::errc{} || number == 0 || !row.starts_with(end)) return std::nullopt;
    return Numbered{number, row.substr(end.size())};
}

Offered post_all(const EventPost& post, const std::string& name, std::span<const std::string> events,
                 milliseconds patience) {
    const auto outcome = post.post(joined(events), patience);
    Offered offered;
    if (!outcome) {
        offered.trouble = outcome.error().message;
        return offered;
    }
    // A proxy's 400 names no line, and then nothing was taken.
    if (outcome->status == 400) offered = read_refusals(outcome->text, events);
    if (outcome->status == 204) offered.taken = events.size();
    if (offered.taken == 0)
        offered.trouble = name + " answered " + std::to_string(outcome->status) +
                          "; is that the events' address of an agent (listen: - http: …)?";
    return offered;
}

}  // namespace

Offered read_refusals(std::string_view answer, std::span<const std::string> events) {
    Offered offered;
    while (!answer.empty()) {
        const auto row = answer.substr(0, answer.find('\n'));
        answer.remove_prefix(std::min(answer.size(), row.size() + 1));
        if (const auto line = numbered("line ", row, ": ")) {
            const auto event = event_with(line->number, events);
            if (event) offered.refused.push_back({*event, std::string{line->rest}});
        } else if (const auto more = numbered("and ", row, " more bad lines")) {
            offered.more_refused = more->number;
        }
    }
    if (!offered.refused.empty()) offered.taken = events.size();
    return offered;
}

Result<DoorAddress> read_door_address(const std::string& text) {
    if (!text.starts_with("http://") && !text.starts_with("https://")) {
        auto address = read_agent_address(text);
        if (!address) return tl::unexpected{address.error()};
        return DoorAddress{std::move(*address)};
    }
    const UrlJudge judge{.example = "http://127.0.0.1:4749",
                         .target = "/",
                         .no_user = "an agent asks for none",
                         .no_query = "the path of the events is added to it"};
    auto url = judge(text);
    if (!url) return fail("--to: " + make_inert(url.error().what) + "; " + url.error().hint);
    return DoorAddress{std::move(*url)};
}

Result<EventDoor> EventDoor::open(const DoorAddress& agent) {
    if (const auto* url = std::get_if<Url>(&agent)) return EventDoor{EventPost{*url}, url->text};
    auto sender = EventSender::open(std::get<AgentAddress>(agent));
    if (!sender) return tl::unexpected{sender.error()};
    return EventDoor{std::move(*sender)};
}

Offered EventDoor::offer(std::span<const std::string> events, milliseconds patience) const {
    if (events.empty()) return {};
    if (const auto* sender = std::get_if<EventSender>(&way_)) return send_all(*sender, events);
    return post_all(std::get<EventPost>(way_), name_, events, patience);
}

}  // namespace ordertrace
