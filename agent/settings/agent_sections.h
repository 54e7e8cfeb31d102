// The parts of the agent's settings that have readers of their own, and the words both directions share.
// Used inside this room only; stateless.
#pragma once

#include "settings/agent_settings.h"
#include "settings/common_sections.h"
#include "settings/map_reader.h"
#include "settings/values.h"

namespace ordertrace {

void read_listeners(MapReader& root, AgentSettings& settings);
void read_destinations(MapReader& root, AgentSettings& settings);
void read_steps(MapReader& root, AgentSettings& settings);

// The longest of a list without a bound of its own.
inline constexpr std::size_t most_names = 256;
inline constexpr std::size_t most_per_step = 1000;

inline const Words<ListenerSettings::Kind> kind_words{{"udp", ListenerSettings::Kind::udp},
                                                      {"tcp", ListenerSettings::Kind::tcp},
                                                      {"http", ListenerSettings::Kind::http},
                                                      {"directory", ListenerSettings::Kind::directory}};
inline const Words<ListenerSettings::Then> then_words{{"move", ListenerSettings::Then::move},
                                                      {"remove", ListenerSettings::Then::remove}};
inline const Words<OrderSettings::Case> case_words{
    {"keep", OrderSettings::Case::keep}, {"upper", OrderSettings::Case::upper}, {"lower", OrderSettings::Case::lower}};
inline const Words<AttributeSettings::Mask> mask_words{{"card_number", AttributeSettings::Mask::card_number},
                                                       {"email", AttributeSettings::Mask::email},
                                                       {"phone", AttributeSettings::Mask::phone}};
inline const Words<AttributeSettings::Notes> notes_words{{"keep", AttributeSettings::Notes::keep},
                                                         {"mask", AttributeSettings::Notes::mask},
                                                         {"drop", AttributeSettings::Notes::drop}};
inline const Words<DestinationSettings::Compression> compression_words{
    {"none", DestinationSettings::Compression::none}, {"gzip", DestinationSettings::Compression::gzip}};

}  // namespace ordertrace
