// One event as it was written, before anybody asks what it means: keys found, escapes undone, the first of a repeated
// key kept. The text of a value is still in the line's charset. Filled by line_reader and json_reader, understood by
// event_builder. Owned by an EventReader, intake thread. Bounds: max_extras names, max_rest pieces; more sets
// `truncated`. Views into the datagram and the TextArena.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <boost/container/static_vector.hpp>

#include "intake/event_fields.h"

namespace ordertrace {

// A value given; empty: the field is absent, whatever comes later.
struct RawValue {
    std::string_view text;
    std::uint32_t place = 0;  // orders what ends up in event.rest
};

// A user attribute or a plain key that is none of ours.
struct RawExtra {
    enum class Type : std::uint8_t { plain_key, text, integer, real, boolean, unknown };
    Type type = Type::text;
    std::string_view name;
    std::string_view written;  // the key as event.rest shows it
    RawValue value;
};

// What could not be read: `key=text`, or with an empty key the text alone.
struct RestPiece {
    std::uint32_t place = 0;
    std::string_view key;
    std::string_view text;
};

class RawEvent {
public:
    static constexpr std::size_t max_extras = 256;
    static constexpr std::size_t max_rest = 256;

    std::string_view verb;
    std::string_view order;
    std::size_t order_at = 0;  // offset in its line
    std::string_view note;
    KeySet given;  // the absent ones among them
    boost::container::static_vector<RawExtra, max_extras> extras;
    boost::container::static_vector<RestPiece, max_rest> rest;
    bool truncated = false;

    void clear();
    void give(Key key, RawValue value);
    void give(const RawExtra& extra);
    void add_rest(const RestPiece& piece);
    // The key could not be read as what it should be.
    void put_aside(Key key) { add_rest({at(key).place, name_of(key), at(key).text}); }

    // Empty if the key was not given or is absent.
    std::string_view text(Key key) const { return given.has(key) ? at(key).text : std::string_view{}; }
    const RawValue& at(Key key) const { return values_[static_cast<std::size_t>(key)]; }

private:
    std::array<RawValue, key_count> values_;
};

// Names of attributes and keys: [A-Za-z0-9_.-]{1,63}
bool is_name(std::string_view text);

// Empty or a lone dash says that there is no value.
inline std::string_view unless_absent(std::string_view text) { return text == "-" ? std::string_view{} : text; }

}  // namespace ordertrace
