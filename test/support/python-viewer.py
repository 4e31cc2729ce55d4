"""Follows a stream with Debian's python3-websockets: one message a line, until `count` events have come."""
import asyncio
import json
import sys

import websockets


async def main(url, token, count):
    headers = {"Authorization": f"Bearer {token}"}
    async with websockets.connect(url, subprotocols=["mesher.v1"], extra_headers=headers) as socket:
        assert socket.subprotocol == "mesher.v1"
        assert await (await socket.ping()) is not None
        while count > 0:
            text = await socket.recv()
            print(text, flush=True)
            count -= json.loads(text)["type"] == "event"


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
