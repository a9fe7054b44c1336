// A pickle machine that knows the instructions of a plain PyTorch state dict and four names. It calls nothing: what a name stands for is data.
import { Input, Machine } from './pth-machine.ts';
import { LIMITS, refusePth } from './pth-refusal.ts';
import { ALLOWED, isCount, isCounts, isDict, isGlobal, isStorage, isTuple } from './pth-values.ts';
import type { GlobalName, Pickled, PickledStorage } from './pth-values.ts';

/**
 * Runs a pickle of protocol 2, as torch.save writes it.
 * @throws StudioError `unreadable`: `forbidden-global`, `forbidden-call`, `forbidden-opcode`, `bad-pickle`, `duplicate-name`
 */
export function readPickle(bytes: Uint8Array): Pickled {
  if (bytes.byteLength > LIMITS.pickleBytes) refusePth('too-large', `its program has ${bytes.byteLength} bytes`);
  const input = new Input(bytes);
  if (input.byte() !== 0x80 || input.byte() !== 2) refusePth('bad-pickle', 'its program is not of protocol 2');
  const machine = new Machine();
  for (;;) {
    const at = input.position, opcode = input.byte();
    switch (opcode) {
      case 0x2e: return machine.result(); // STOP
      case 0x63: machine.push({ kind: 'global', name: allowed(`${input.line()}.${input.line()}`) }); break; // GLOBAL
      case 0x28: machine.mark(); break;
      case 0x29: machine.push({ kind: 'tuple', items: [] }); break; // EMPTY_TUPLE
      case 0x7d: machine.push({ kind: 'dict', entries: new Map() }); break; // EMPTY_DICT
      case 0x74: machine.push({ kind: 'tuple', items: machine.sinceMark() }); break; // TUPLE
      case 0x85: case 0x86: case 0x87: machine.push({ kind: 'tuple', items: machine.take(opcode - 0x84) }); break; // TUPLE1 to 3
      case 0x4e: machine.push(null); break; // NONE
      case 0x88: machine.push(true); break; // NEWTRUE
      case 0x89: machine.push(false); break; // NEWFALSE
      case 0x4b: machine.push(input.byte()); break; // BININT1
      case 0x4d: machine.push(input.integer(2)); break; // BININT2
      case 0x4a: machine.push(input.integer(4) | 0); break; // BININT, signed
      case 0x8a: machine.push(input.long()); break; // LONG1
      case 0x58: machine.push(input.text(input.integer(4))); break; // BINUNICODE
      case 0x71: machine.remember(input.byte()); break; // BINPUT
      case 0x72: machine.remember(input.integer(4)); break; // LONG_BINPUT
      case 0x68: machine.recall(input.byte()); break; // BINGET
      case 0x6a: machine.recall(input.integer(4)); break; // LONG_BINGET
      case 0x51: machine.push(storage(machine.pop())); break; // BINPERSID
      case 0x52: { // REDUCE
        const [callable, argument] = machine.take(2);
        machine.push(made(callable ?? null, argument ?? null));
        break;
      }
      case 0x73: { // SETITEM
        const pair = machine.take(2);
        setItems(machine.top(), pair);
        break;
      }
      case 0x75: { // SETITEMS
        const pairs = machine.sinceMark();
        setItems(machine.top(), pairs);
        break;
      }
      case 0x62: // BUILD: attributes of an OrderedDict, such as versions of modules, which nobody needs
        if (!isDict(machine.pop()) || !isDict(machine.top())) refusePth('forbidden-call', 'it sets attributes of something that is no dictionary');
        break;
      default: refusePth('forbidden-opcode', `its program has the instruction 0x${opcode.toString(16)} at byte ${at}, which no state dict needs`);
    }
  }
}

function allowed(name: string): GlobalName {
  return ALLOWED.find((known) => known === name) ?? refusePth('forbidden-global', 'it asks for code that Fovea does not run', name);
}

/** What a call would return. */
function made(callable: Pickled, argument: Pickled): Pickled {
  if (!isGlobal(callable) || !isTuple(argument)) return refusePth('forbidden-call', 'it calls something that is no name');
  const { items } = argument;
  if (callable.name === 'collections.OrderedDict' && items.length === 0) return { kind: 'dict', entries: new Map() };
  if (callable.name !== 'torch._utils._rebuild_tensor_v2') return refusePth('forbidden-call', 'it makes something else than a tensor', callable.name);
  const [from, offset, shape, strides, , hooks] = items;
  if (items.length < 6 || items.length > 7 || !isStorage(from) || !isCount(offset) || !isCounts(shape) || !isCounts(strides) || !isDict(hooks) || hooks.entries.size > 0) {
    return refusePth('bad-pickle', 'a tensor is not described as PyTorch does it');
  }
  return { kind: 'tensor', storage: from, offset, shape: shape.items, strides: strides.items };
}

function storage(id: Pickled): PickledStorage {
  if (!isTuple(id)) return refusePth('bad-pickle', 'a storage is not described as PyTorch does it');
  const [word, type, key, location, count] = id.items;
  if (word !== 'storage' || !isGlobal(type) || typeof key !== 'string' || !/^\d{1,20}$/.test(key) || typeof location !== 'string' || !isCount(count)) {
    return refusePth('bad-pickle', 'a storage is not described as PyTorch does it');
  }
  if (type.name !== 'torch.FloatStorage' && type.name !== 'torch.LongStorage') return refusePth('bad-pickle', 'a storage is of no kind that holds numbers', type.name);
  return { kind: 'storage', type: type.name, key, count };
}

function setItems(target: Pickled, pairs: readonly Pickled[]): void {
  if (!isDict(target) || pairs.length % 2 !== 0) return refusePth('bad-pickle', 'it sets items of something that is no dictionary');
  for (let i = 0; i < pairs.length; i += 2) {
    const key = pairs[i], value = pairs[i + 1];
    if (typeof key !== 'string' || value === undefined) return refusePth('not-state-dict', 'a key is no text');
    if (target.entries.has(key)) refusePth('duplicate-name', 'one name stands twice', key);
    target.entries.set(key, value);
  }
}
