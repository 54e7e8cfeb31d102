// From the bytes of a datagram to events: lines and JSON, syslog headers, charsets, everything of proto/protocol.md up
// to the Event. One per listener, owned by its intake, intake thread only. Pure: `now` is an argument.
// Bounds: those of protocol.md; memory is taken once, a steady stream of lines allocates nothing.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/balance.h"
#include "base/time.h"
#include "intake/charset.h"
#include "intake/datagram_lines.h"
#include "intake/event_builder.h"
#include "intake/json_elements.h"
#include "intake/raw_event.h"
#include "intake/text_arena.h"
#include "settings/agent_settings.h"
#include "steps/event.h"

namespace ordertrace {

// What was no event, and why. `text` is the line as it came (of UTF-16 as UTF-8), valid during the call only.
struct Reject {
    RejectReason reason;
    std::string_view text;
    std::size_t offset = 0;  // of the offending place in `text`, at most its size
    std::uint64_t line = 1;  // in what was read
};

// Exactly one call for each event received.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void event(const Event& event) = 0;  // views valid during the call only
    virtual void reject(const Reject& reject) = 0;
};

class EventReader {
public:
    // The loopback listener's privilege (marks of system `order`) follows from its endpoint.
    EventReader(const ListenerSettings& listener, const OrderSettings& order, const AttributeSettings& attributes,
                std::string system, std::string name_space);

    // What a reload may change.
    void configure(const OrderSettings& order, const AttributeSettings& attributes);

    void read(std::string_view datagram, TimePoint now, EventSink& sink);
    // The first event only (an array counts as one), with the lines that continue it; the bytes it took. For text that
    // is to be read in parts; UTF-16 is not for it.
    std::size_t read_first(std::string_view text, TimePoint now, EventSink& sink);

    static bool is_utf16(std::string_view datagram);

private:
    struct Input;  // the datagram being read
    struct Reading;

    void read_item(Input& input, DatagramLine line);
    void read_line_event(Input& input, const DatagramLine& line);
    void read_json_line(Input& input, const DatagramLine& line);
    void read_json_object(Input& input, std::size_t at, JsonElements& elements);
    void read_json_array(Input& input, std::size_t at, JsonElements& elements);
    tl::expected<Reading, RejectReason> read_json_element(Input& input, std::string_view element, std::size_t at);
    bool build(Input& input, Reading& reading, std::size_t at, bool continued);
    void reject(Input& input, RejectReason reason, std::size_t at);

    template <class IsUtf8>
    void choose_charset(const Input& input, Reading& reading, IsUtf8 is_utf8);
    const Charset* named_charset();
    const Charset* legacy_charset();
    bool texts_are_utf8() const;
    std::string_view text_in(const Charset* charset, std::string_view text);
    std::string_view whole_note(Input& input, Reading& reading);

    std::string charset_;
    std::string legacy_charset_;
    Charsets charsets_;
    std::unique_ptr<TextArena> datagram_arena_;  // a datagram of UTF-16, converted
    std::unique_ptr<TextArena> arena_;           // one event
    RawEvent raw_;
    EventBuilder builder_;
};

}  // namespace ordertrace
