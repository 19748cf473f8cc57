"""What a script in Python does with `pvm dev`: web3.py as it is, and HTTP by hand. Arguments: URL, file of a blob. Fails loudly."""

import http.client
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

from eth_account import Account
from web3 import Web3
from web3.exceptions import ContractLogicError, Web3RPCError

url, blob_path = sys.argv[1:3]
web3 = Web3(Web3.HTTPProvider(url, request_kwargs={"timeout": 60}))

ABI = [
    {"type": "constructor", "inputs": [{"name": "supply", "type": "uint256"}], "stateMutability": "nonpayable"},
    {"type": "function", "name": "transfer", "stateMutability": "nonpayable",
     "inputs": [{"name": "to", "type": "address"}, {"name": "amount", "type": "uint256"}],
     "outputs": [{"name": "", "type": "bool"}]},
    {"type": "function", "name": "balanceOf", "stateMutability": "view", "inputs": [{"name": "owner", "type": "address"}],
     "outputs": [{"name": "", "type": "uint256"}]},
    {"type": "event", "name": "Transfer", "anonymous": False,
     "inputs": [{"name": "from", "type": "address", "indexed": True}, {"name": "to", "type": "address", "indexed": True},
                {"name": "value", "type": "uint256", "indexed": False}]},
]


def expect(condition, text):
    if not condition:
        raise AssertionError(text)


def refused(kind, body):
    try:
        body()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was expected")


# Who is there.
expect(web3.is_connected(), "not connected")
expect(web3.eth.chain_id == 5150, f"chain id {web3.eth.chain_id}")
expect(web3.client_version.startswith("pvm/"), web3.client_version)
accounts = web3.eth.accounts
expect(len(accounts) == 10, f"{len(accounts)} accounts")
keys = [Web3.keccak(text=f"pvm dev account {index}") for index in range(10)]
expect([Account.from_key(key).address for key in keys] == accounts, "the accounts are not those that are documented")
expect(all(web3.eth.get_balance(account) == 10_000 * 10**18 for account in accounts), "balances")

# A contract, deployed by the node's account; web3.py estimates the gas and fills in the fees.
code = open(blob_path, "rb").read()
token = web3.eth.contract(abi=ABI, bytecode=code)
receipt = web3.eth.wait_for_transaction_receipt(token.constructor(1_000_000).transact({"from": accounts[0]}))
expect(receipt.status == 1 and receipt.contractAddress, f"deployment: {receipt}")
token = web3.eth.contract(address=receipt.contractAddress, abi=ABI)
expect(web3.eth.get_code(token.address) == code, "code")

# Transfers, calls, events.
expect(token.functions.transfer(accounts[1], 250).call({"from": accounts[0]}) is True, "result of a call")
receipt = web3.eth.wait_for_transaction_receipt(token.functions.transfer(accounts[1], 250).transact({"from": accounts[0]}))
expect(token.functions.balanceOf(accounts[0]).call() == 999_750, "balance of the sender")
expect(token.functions.balanceOf(accounts[1]).call() == 250, "balance of the receiver")
(event,) = token.events.Transfer().process_receipt(receipt)
expect(event.args == {"from": accounts[0], "to": accounts[1], "value": 250}, f"event: {event}")
(found,) = token.events.Transfer().get_logs(from_block=0, argument_filters={"to": accounts[1]})
expect(found == event, "an event is found as it was in the receipt")
block = web3.eth.get_block(receipt.blockNumber, full_transactions=True)
expect(block.hash == receipt.blockHash and block.transactions[0].hash == receipt.transactionHash, "block")
error = refused(ContractLogicError, lambda: token.functions.transfer(accounts[0], 1).call({"from": accounts[2]}))
expect("insufficient balance" in str(error), f"reason: {error}")

# Transactions that the script signs, of each kind.
sender = Account.from_key(keys[3])
common = {"nonce": 0, "to": accounts[4], "value": 5, "gas": 21000, "chainId": 5150}
for kind in [{"gasPrice": 1000}, {"type": 1, "gasPrice": 1000, "accessList": []},
             {"type": 2, "maxFeePerGas": 2000, "maxPriorityFeePerGas": 1000}]:
    signed = sender.sign_transaction({**common, **kind})
    sent = web3.eth.send_raw_transaction(signed.raw_transaction)
    expect(sent == signed.hash, "hash")
    expect(web3.eth.get_transaction(sent)["from"] == sender.address, "sender")
    expect(web3.eth.get_transaction_receipt(sent).effectiveGasPrice == 1000, "price")
    error = refused(Web3RPCError, lambda: web3.eth.send_raw_transaction(signed.raw_transaction))
    expect("nonce too low" in str(error), f"replay: {error}")
    common["nonce"] += 1
wrong = sender.sign_transaction({**common, "gasPrice": 1000, "chainId": 1})
expect("invalid chain id" in str(refused(Web3RPCError, lambda: web3.eth.send_raw_transaction(wrong.raw_transaction))), "chain id")
poor = Account.from_key(b"\x07" * 32).sign_transaction({**common, "nonce": 0, "gasPrice": 1000})
expect("insufficient funds" in str(refused(Web3RPCError, lambda: web3.eth.send_raw_transaction(poor.raw_transaction))), "funds")

# Filters and time.
blocks, events = web3.eth.filter("latest"), token.events.Transfer.create_filter(from_block="latest")
token.functions.transfer(accounts[5], 7).transact({"from": accounts[0]})
expect(len(blocks.get_new_entries()) == 1 and len(events.get_new_entries()) == 1, "filters")
web3.provider.make_request("evm_increaseTime", [3600])
before = web3.eth.get_block("latest").timestamp
web3.provider.make_request("evm_mine", [])
expect(web3.eth.get_block("latest").timestamp >= before + 3600, "time")


# Many clients at once.
def client(index):
    mine = Web3(Web3.HTTPProvider(url, request_kwargs={"timeout": 60}))
    contract = mine.eth.contract(address=token.address, abi=ABI)
    for _ in range(10):
        mine.eth.wait_for_transaction_receipt(contract.functions.transfer(accounts[0], 1).transact({"from": accounts[index]}))


for index in range(6, 10):
    token.functions.transfer(accounts[index], 10).transact({"from": accounts[0]})
with ThreadPoolExecutor(4) as pool:
    list(pool.map(client, range(6, 10)))
expect(all(token.functions.balanceOf(accounts[index]).call() == 0 for index in range(6, 10)), "clients at once")

# HTTP as such.
address = urlparse(url)


def request(method, body=None, headers=None):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    try:
        connection.request(method, "/", body, headers or {})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


call = json.dumps({"jsonrpc": "2.0", "method": "eth_chainId", "id": 1})
status, headers, body = request("POST", call, {"Origin": "http://localhost:3000"})
expect(status == 200 and json.loads(body)["result"] == "0x141e", f"{status} {body}")
expect(headers["Access-Control-Allow-Origin"] == "http://localhost:3000", headers)
status, headers, _ = request("OPTIONS", None, {"Origin": "http://localhost:3000", "Access-Control-Request-Headers": "content-type"})
expect(status == 204 and headers["Access-Control-Allow-Methods"] == "POST, OPTIONS", f"{status} {headers}")
expect(request("POST", call, {"Origin": "https://example.org"})[0] == 403, "a strange page")
status, headers, _ = request("GET")
expect(status == 405 and headers["Allow"] == "POST, OPTIONS", f"{status} {headers}")
expect(json.loads(request("POST", "{")[2])["error"]["code"] == -32700, "no JSON")
expect(request("POST", json.dumps({"jsonrpc": "2.0", "method": "eth_chainId"}))[0] == 204, "a notification")
try:
    expect(request("POST", b" " * (9 << 20))[0] == 413, "a body that is too long")
except (BrokenPipeError, ConnectionResetError):
    pass  # The server has answered and closed before all was sent.
expect(web3.eth.chain_id == 5150, "still there")
print("ok")
