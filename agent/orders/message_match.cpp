#include "orders/message_match.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace ordertrace {
namespace {

// Ends of messages that were not matched by their id, by time.
struct Loose {
    std::vector<HandOff> sent, received;
};

bool parse_edge(HandOff& hand_off, const std::string& edge) {
    const auto arrow = edge.find('>');
    if (arrow == std::string::npos) return false;
    hand_off.edge = edge;
    hand_off.from = edge.substr(0, arrow);
    hand_off.to = edge.substr(arrow + 1);
    return true;
}

// Fills what is not known yet: facts come by time, so the first of each end stays, and the sender's word goes first.
void add_end(HandOff& hand_off, const Fact& fact) {
    const bool is_sent = fact.record == FactRecord::sent;
    auto& time = is_sent ? hand_off.sent : hand_off.received;
    if (time) return;
    time = fact.start;
    (is_sent ? hand_off.sent_id : hand_off.received_id) = fact.id;
    const auto take = [is_sent](std::string& known, const std::string& text) {
        if (known.empty() || (is_sent && !text.empty())) known = text;
    };
    take(hand_off.via, fact.via);
    take(hand_off.status, fact.status);
    take(hand_off.message, fact.message);
}

bool may_be_one(const HandOff& sent, const HandOff& received, Duration skew) {
    if (!sent.message.empty() && !received.message.empty()) return false;
    if (!sent.status.empty() && !received.status.empty() && sent.status != received.status) return false;
    return *received.received > *sent.sent - skew;
}

void join(HandOff& sent, const HandOff& received) {
    sent.received = received.received;
    sent.received_id = received.received_id;
    if (sent.via.empty()) sent.via = received.via;
    if (sent.status.empty()) sent.status = received.status;
    if (sent.message.empty()) sent.message = received.message;
}

// Each received end goes to the first sent one that it can be the other end of.
void match_by_time(Loose& loose, Duration skew, std::vector<HandOff>& into) {
    for (auto& received : loose.received) {
        const auto sent = std::find_if(loose.sent.begin(), loose.sent.end(), [&](const HandOff& one) {
            return !one.received && may_be_one(one, received, skew);
        });
        if (sent != loose.sent.end())
            join(*sent, received);
        else
            into.push_back(std::move(received));
    }
    std::move(loose.sent.begin(), loose.sent.end(), std::back_inserter(into));
}

// Whole hand-offs go to `into`; an end that is alone may still find the other by time.
class ByMessage {
public:
    // False: the fact has no message id.
    bool add(const Fact& fact, HandOff& begun) {
        if (fact.message.empty()) return false;
        const auto known = messages_.try_emplace({fact.edge, fact.message}, std::move(begun)).first;
        add_end(known->second, fact);
        return true;
    }
    void give(std::map<std::string_view, Loose>& loose, std::vector<HandOff>& into) {
        for (auto& [key, hand_off] : messages_) {
            if (hand_off.sent && hand_off.received)
                into.push_back(std::move(hand_off));
            else
                add_loose(loose[key.first], std::move(hand_off));
        }
    }
    static void add_loose(Loose& loose, HandOff hand_off) {
        (hand_off.sent ? loose.sent : loose.received).push_back(std::move(hand_off));
    }

private:
    std::map<std::pair<std::string_view, std::string_view>, HandOff> messages_;  // by edge and message id
};

void sort_by_time(Loose& loose) {
    std::sort(loose.sent.begin(), loose.sent.end(), [](const HandOff& a, const HandOff& b) {
        return std::tie(*a.sent, a.sent_id) < std::tie(*b.sent, b.sent_id);
    });
    std::sort(loose.received.begin(), loose.received.end(), [](const HandOff& a, const HandOff& b) {
        return std::tie(*a.received, a.received_id) < std::tie(*b.received, b.received_id);
    });
}

}  // namespace

std::vector<HandOff> match_messages(const FactList& facts, Duration skew) {
    ByMessage by_message;
    std::map<std::string_view, Loose> loose;  // by edge
    for (const auto* fact : facts) {
        if (fact->record != FactRecord::sent && fact->record != FactRecord::received) continue;
        HandOff begun;
        if (!parse_edge(begun, fact->edge) || by_message.add(*fact, begun)) continue;
        add_end(begun, *fact);
        ByMessage::add_loose(loose[fact->edge], std::move(begun));
    }
    std::vector<HandOff> result;
    by_message.give(loose, result);
    for (auto& [edge, ends] : loose) {
        sort_by_time(ends);
        match_by_time(ends, skew, result);
    }
    return result;
}

}  // namespace ordertrace
