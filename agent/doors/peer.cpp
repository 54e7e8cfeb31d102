#include "doors/peer.h"

#include <cstring>

#include "intake/datagram_burst.h"
#include "settings/addresses.h"

namespace ordertrace {

sockaddr_storage address_of(const boost::asio::ip::tcp::endpoint& peer) {
    sockaddr_storage address{};
    std::memcpy(&address, peer.data(), peer.size());
    return address;
}

bool is_admitted(const ListenerSettings& listener, const boost::asio::ip::tcp::endpoint& peer) {
    return may_send(listener.allow_from, address_bytes(address_of(peer)));
}

}  // namespace ordertrace
