// What a start says and what is noted while the step is open: views into an event, or into the bytes kept of it.
// Pure. Bounds: attributes 1 KiB, remarks of the agent 2 KiB a step; 32 notes or 8 KiB of notes a step.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/container/static_vector.hpp>

#include "steps/event.h"

namespace ordertrace {

inline constexpr std::size_t max_start_attribute_bytes = 1024;
inline constexpr std::size_t max_start_remark_bytes = 2048;
inline constexpr std::size_t max_step_notes = 32;
inline constexpr std::size_t max_step_note_bytes = 8192;

struct StepStart {
    static constexpr std::size_t max_tags = Event::max_attributes + Event::max_remarks + 1;

    std::string_view name_space;
    std::string_view order;
    std::string_view system;
    std::string_view step;
    std::string_view step_id;
    std::uint32_t attempt = 0;
    std::uint32_t attempt_max = 0;
    TimePoint start{};
    std::string_view instance;
    std::string_view err;
    std::string_view note;
    std::optional<TraceParent> trace_parent;
    boost::container::static_vector<Tag, max_tags> tags;  // attributes, then remarks
};

struct StepNote {
    static constexpr std::size_t max_fields = Event::max_attributes + Event::max_remarks;

    TimePoint time{};
    std::string_view message;
    boost::container::static_vector<Tag, max_fields> fields;
};

// What does not fit the bounds is left out and said by event.truncated.
StepStart start_of(const Event& event);
// The remarks ride along as fields: an attached note has no tags of its own to show them.
StepNote note_of(const Event& event);

// How much a tag or note counts against the bounds: its key and what it says, without framing.
std::size_t weight_of(const Tag& tag);
std::size_t weight_of(const StepNote& note);

// The bytes kept of an open step. Decoding takes any bytes: false if they are not whole.
void encode(const StepStart& start, std::string& out);
bool decode(std::string_view bytes, StepStart& start);

// Notes stand one after another; decode_note takes the first and leaves the rest in `bytes`.
void encode(const StepNote& note, std::string& out);
bool decode_note(std::string_view& bytes, StepNote& note);

}  // namespace ordertrace
