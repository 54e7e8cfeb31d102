// The way of many events to one agent: by UDP, where only its absence is noticed, or by HTTP, where each event is taken
// or it is not. Owned by one command; one thread, which an offer blocks. Bound: the caller's; at most 1 MiB an offer.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "emit/event_post.h"
#include "emit/event_sender.h"

namespace ordertrace {

// What became of the events that were offered: the first `taken` of them need not be offered again.
struct Offered {
    struct Refusal {
        std::size_t event = 0;  // which of those offered
        std::string reason;     // text of the agent's
    };
    std::size_t taken = 0;         // those refused among them
    std::vector<Refusal> refused;  // they would be refused again
    std::size_t more_refused = 0;  // so many besides; which ones was not said
    std::string trouble;           // empty: all were taken. Else where and why not, and what to do
};

// UDP or HTTP.
using DoorAddress = std::variant<AgentAddress, Url>;

// HOST:PORT or [IPv6]:PORT is UDP, http://HOST:PORT is HTTP. The error is about how it is written.
Result<DoorAddress> read_door_address(const std::string& text);

class EventDoor {
public:
    // A host of UDP is looked up now, one of HTTP with each offer.
    static Result<EventDoor> open(const DoorAddress& agent);

    // Each event may be of several lines, without a line feed at its end. By UDP each is a datagram, and they are
    // slowed to 5,000 a second; whether the agent took them it does not say.
    Offered offer(std::span<const std::string> events, std::chrono::milliseconds patience) const;

private:
    explicit EventDoor(std::variant<EventSender, EventPost> way, std::string name = {})
        : way_{std::move(way)}, name_{std::move(name)} {}

    std::variant<EventSender, EventPost> way_;
    std::string name_;  // of HTTP, for messages
};

// What the agent said of the lines of a body: "line N: REASON", and behind the first hundred "and N more bad lines".
// The events are those that were posted; they are taken if the agent said any such thing.
Offered read_refusals(std::string_view answer, std::span<const std::string> events);

}  // namespace ordertrace
