// What is true of every event and every reject, whatever bytes came.
#pragma once

#include "base/text.h"
#include "intake/event_reader.h"
#include "support/fuzz.h"

namespace ordertrace::fuzz {

inline constexpr auto now = from_micros(1'795'305'600'000'000);

class EventRules : public EventSink {
public:
    void event(const Event& event) override {
        ++calls;
        require(event.verb == Verb::beat || !event.order.empty());
        text(event.order, 128);
        for (const auto name : {event.system, event.name_space, event.instance, event.name, event.step_id, event.via,
                                event.message_id, event.edge_status})
            text(name, 128);
        text(event.note, 4096);
        text(event.err, 4096);
        for (const auto& tag : event.attributes) {
            require(!tag.key.empty());
            text(tag.key, 80);
            text(tag.text, 1024);
        }
        for (const auto& tag : event.remarks) text(tag.text, 8192);
        for (const auto time : {event.time, event.start}) {
            require(time >= now - EventTimes::oldest);
            require(time <= now + EventTimes::furthest);
        }
        // An end that knows no start is the moment itself.
        const bool end_alone = event.verb == Verb::end && !event.demoted && !event.has_start;
        require(end_alone ? event.end == event.time : event.end > event.start);
        require(event.attempt <= 999'999);
    }
    void reject(const Reject& reject) override {
        ++calls;
        require(reject.offset <= reject.text.size());
        require(reject.text.find('\n') == std::string_view::npos);
    }
    std::size_t calls = 0;

private:
    static void text(std::string_view text, std::size_t limit) {
        require(is_valid_utf8(text));
        require(text.size() <= limit);
    }
};

// As a listener with everything switched on reads it, twice: nothing may be left over from the time before.
inline void read_by_the_rules(std::string_view input) {
    static EventReader reader{[] {
                                  ListenerSettings listener;
                                  listener.systems = {"crm"};
                                  listener.namespaces = {"other"};
                                  return listener;
                              }(),
                              [] {
                                  OrderSettings order;
                                  order.strip_leading_zeros = true;
                                  order.letter_case = OrderSettings::Case::upper;
                                  order.pattern = "^X-(.*)";
                                  return order;
                              }(),
                              [] {
                                  AttributeSettings attributes;
                                  attributes.notes = AttributeSettings::Notes::mask;
                                  attributes.mask = {AttributeSettings::Mask::card_number};
                                  return attributes;
                              }(),
                              "mes", "shop"};
    EventRules first;
    reader.read(input, now, first);
    EventRules second;
    reader.read(input, now, second);
    require(first.calls == second.calls);
}

}  // namespace ordertrace::fuzz
