// Understands a RawEvent: verb and order, whose system it may speak for, times, results, attributes, limits, masks.
// Owned by an EventReader, intake thread. One Event, made anew each time; its views point into the datagram, the
// arena and the settings.
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/balance.h"
#include "intake/event_times.h"
#include "intake/line_text.h"
#include "intake/order_id.h"
#include "intake/raw_event.h"
#include "intake/redactor.h"
#include "steps/event.h"

namespace ordertrace {

// What is known of an event's bytes besides the RawEvent.
struct EventSource {
    const Charset* charset = nullptr;  // of the texts; null: they are UTF-8
    std::string_view charset_name;     // for text.charset; empty: UTF-8
    bool plain = false;                // is_plain_ascii, and no escapes
    bool truncated = false;
    std::string_view note;  // with its continuation lines, in UTF-8
};

class EventBuilder {
public:
    EventBuilder(const ListenerSettings& listener, std::string system, std::string name_space, bool loopback,
                 TextArena& arena);
    void configure(const OrderSettings& order, const AttributeSettings& attributes);

    // Valid until the next call. The reasons are verb, order and order_long.
    tl::expected<const Event*, RejectReason> build(RawEvent& raw, const EventSource& source, TimePoint now);

private:
    bool read_order(const RawEvent& raw);
    void read_claims(const RawEvent& raw);
    void read_names(RawEvent& raw);
    void read_numbers(RawEvent& raw);
    void read_outcome(RawEvent& raw);
    void read_extras(RawEvent& raw);
    void read_extra(RawEvent& raw, const RawExtra& extra);
    void add_plain_key(std::string_view name, std::string_view text);
    bool has_room();
    bool reads(Key key) const { return keys_.has(key); }
    void remark(const Tag& tag) { event_.remarks.push_back(tag); }
    void remark_text(std::string_view key, std::string_view text) { remark(Tag::of_text(key, text)); }
    void add_remarks(RawEvent& raw, const EventSource& source, const EventTimes& times);
    std::string_view joined(const EventTimes::Texts& texts);
    std::string_view rest_of(RawEvent& raw);

    std::string system_;
    std::string name_space_;
    std::vector<std::string> systems_;
    std::vector<std::string> namespaces_;
    std::string timezone_;
    bool loopback_;
    TextArena& arena_;
    LineText text_;
    TimeZones zones_;
    OrderIds order_ids_;
    Redactor redactor_;
    Event event_;
    KeySet keys_;            // what the event's verb reads
    bool left_out_ = false;  // attributes beyond the limit
};

}  // namespace ordertrace
