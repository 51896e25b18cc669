/** What the kernels need of WebAssembly: TypeScript describes it only together with the browser's names, which have no place here. */
declare namespace WebAssembly {
  class Module {
    private readonly brand: 'Module';
  }
  class Memory {
    constructor(size: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }
  interface Global {
    readonly value: unknown;
  }
  interface Instance {
    readonly exports: object;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: Record<string, Record<string, Memory>>): Promise<Instance>;
}
