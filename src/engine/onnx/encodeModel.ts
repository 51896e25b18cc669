import { elementTypes, type OnnxAttribute, type OnnxConstant, type OnnxGraph, type OnnxNode, type OnnxValue } from './onnxGraph.ts';
import { ProtobufWriter } from './protobufWriter.ts';

/** Version of the file format, and of the standard's operators that the graphs are written in. */
const irVersion = 10;
const operatorSet = 21;

/** AttributeProto: name = 1, f = 2, i = 3, s = 4, g = 6, ints = 8, type = 20 (FLOAT 1, INT 2, STRING 3, GRAPH 5, INTS 7). */
function writeAttribute(out: ProtobufWriter, name: string, attribute: OnnxAttribute): void {
  out.text(1, name);
  if ('float' in attribute) {
    out.float(2, attribute.float);
    out.int(20, 1);
  } else if ('int' in attribute) {
    out.int(3, attribute.int);
    out.int(20, 2);
  } else if ('text' in attribute) {
    out.text(4, attribute.text);
    out.int(20, 3);
  } else if ('graph' in attribute) {
    out.message(6, (inner) => writeGraph(inner, attribute.graph));
    out.int(20, 5);
  } else {
    out.ints(8, attribute.ints);
    out.int(20, 7);
  }
}

/** NodeProto: input = 1, output = 2, name = 3, op_type = 4, attribute = 5, domain = 7. */
function writeNode(out: ProtobufWriter, node: OnnxNode): void {
  for (const input of node.inputs) out.text(1, input);
  for (const output of node.outputs) out.text(2, output);
  out.text(3, node.name);
  out.text(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes ?? {})) out.message(5, (inner) => writeAttribute(inner, name, attribute));
  if (node.domain) out.text(7, node.domain);
}

/** TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9. */
function writeConstant(out: ProtobufWriter, { name, type, shape, bytes }: OnnxConstant): void {
  out.ints(1, shape);
  out.int(2, elementTypes[type]);
  out.text(8, name);
  out.raw(9, bytes);
}

/** ValueInfoProto: name = 1, type = 2; TypeProto.tensor_type = 1; elem_type = 1, shape = 2; dim = 1; dim_value = 1, dim_param = 2. */
function writeValue(out: ProtobufWriter, { name, type, shape }: OnnxValue): void {
  out.text(1, name);
  out.message(2, (typed) =>
    typed.message(1, (tensor) => {
      tensor.int(1, elementTypes[type]);
      tensor.message(2, (dimensions) => {
        for (const side of shape)
          dimensions.message(1, (dimension) => (typeof side === 'number' ? dimension.int(1, side) : dimension.text(2, side)));
      });
    }),
  );
}

/** GraphProto: node = 1, name = 2, initializer = 5, input = 11, output = 12. */
function writeGraph(out: ProtobufWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) out.message(1, (inner) => writeNode(inner, node));
  out.text(2, graph.name);
  for (const constant of graph.constants) out.message(5, (inner) => writeConstant(inner, constant));
  for (const input of graph.inputs) out.message(11, (inner) => writeValue(inner, input));
  for (const output of graph.outputs) out.message(12, (inner) => writeValue(inner, output));
}

/**
 * A graph as the bytes of an ONNX model, which ONNX Runtime loads and Netron draws.
 * ModelProto: ir_version = 1, producer_name = 2, graph = 7, opset_import = 8.
 * Source: onnx/onnx.proto of the standard, version 1.16 (IR 10, operator set 21).
 */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const out = new ProtobufWriter();
  out.int(1, irVersion);
  out.text(2, 'Latent Lab');
  out.message(7, (body) => writeGraph(body, graph));
  // OperatorSetIdProto: domain = 1, version = 2
  for (const [domain, version] of [
    ['', operatorSet],
    ['com.microsoft', 1],
  ] as const)
    out.message(8, (inner) => {
      inner.text(1, domain);
      inner.int(2, version);
    });
  return out.finish();
}
