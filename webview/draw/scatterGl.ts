import type { ScatterPicture, ScatterRenderer } from './scatterPicture.ts';
import { fragmentShader, vertexShader } from './scatterShaders.ts';
import { parseColour } from './themeColours.ts';

interface Resources {
  program: WebGLProgram;
  array: WebGLVertexArrayObject;
  positions: WebGLBuffer;
  colours: WebGLBuffer;
  shapes: WebGLBuffer;
  uniform: Record<'centre' | 'radius' | 'pointSize' | 'palette', WebGLUniformLocation | null>;
}

/** The scatter in WebGL2: one draw call whatever the number of points; a lost context is made anew and drawn again. */
export class ScatterGl implements ScatterRenderer {
  readonly kind = 'webgl2';
  #canvas: HTMLCanvasElement;
  #gl: WebGL2RenderingContext;
  #resources: Resources | null;
  #uploaded: ScatterPicture | null = null;
  #last: { picture: ScatterPicture; side: number; pixelRatio: number } | null = null;

  /** Throws where the browser has no WebGL2. */
  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true, powerPreference: 'low-power' });
    if (!gl) throw new Error('this browser has no WebGL2');
    this.#canvas = canvas;
    this.#gl = gl;
    this.#resources = makeResources(gl);
    canvas.addEventListener('webglcontextlost', this.#lost);
    canvas.addEventListener('webglcontextrestored', this.#restored);
  }

  draw(picture: ScatterPicture, side: number, pixelRatio: number): void {
    this.#last = { picture, side, pixelRatio };
    const gl = this.#gl;
    const resources = this.#resources;
    if (!resources || gl.isContextLost()) return;
    const pixels = Math.round(side * pixelRatio);
    if (this.#canvas.width !== pixels || this.#canvas.height !== pixels) {
      this.#canvas.width = pixels;
      this.#canvas.height = pixels;
    }
    gl.viewport(0, 0, pixels, pixels);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(resources.program);
    gl.bindVertexArray(resources.array);
    this.#upload(picture, resources);
    gl.uniform2f(resources.uniform.centre, picture.centre[0], picture.centre[1]);
    gl.uniform1f(resources.uniform.radius, picture.radius);
    gl.uniform1f(resources.uniform.pointSize, 2 * picture.pointRadius * pixelRatio + 2);
    gl.uniform3fv(resources.uniform.palette, paletteNumbers(picture.colours));
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.POINTS, 0, picture.colourOf.length);
  }

  destroy(): void {
    this.#canvas.removeEventListener('webglcontextlost', this.#lost);
    this.#canvas.removeEventListener('webglcontextrestored', this.#restored);
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  #upload(picture: ScatterPicture, { positions, colours, shapes }: Resources): void {
    const gl = this.#gl;
    const old = this.#uploaded;
    const fill = (buffer: WebGLBuffer, data: Float32Array | Uint8Array): void => {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    };
    if (old?.positions !== picture.positions) fill(positions, picture.positions);
    if (old?.colourOf !== picture.colourOf) fill(colours, picture.colourOf);
    if (old?.shapeOf !== picture.shapeOf) fill(shapes, picture.shapeOf);
    this.#uploaded = picture;
  }

  #lost = (event: Event): void => {
    event.preventDefault();
    this.#resources = null;
    this.#uploaded = null;
  };

  #restored = (): void => {
    this.#resources = makeResources(this.#gl);
    if (this.#last) this.draw(this.#last.picture, this.#last.side, this.#last.pixelRatio);
  };
}

function makeResources(gl: WebGL2RenderingContext): Resources {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error('WebGL2 makes no shader');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`WebGL2 refuses the shaders: ${gl.getProgramInfoLog(program)}`);
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  const positions = attribute(gl, 0, () => gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0));
  const colours = attribute(gl, 1, () => gl.vertexAttribIPointer(1, 1, gl.UNSIGNED_BYTE, 0, 0));
  const shapes = attribute(gl, 2, () => gl.vertexAttribIPointer(2, 1, gl.UNSIGNED_BYTE, 0, 0));
  const where = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
  const uniform = { centre: where('centre'), radius: where('radius'), pointSize: where('pointSize'), palette: where('palette') };
  return { program, array, positions, colours, shapes, uniform };
}

function attribute(gl: WebGL2RenderingContext, location: number, describe: () => void): WebGLBuffer {
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.enableVertexAttribArray(location);
  describe();
  return buffer;
}

/** float32 [11, 3], 0 to 1 */
function paletteNumbers(colours: string[]): Float32Array {
  const numbers = new Float32Array(33);
  for (const [i, colour] of colours.slice(0, 11).entries()) {
    const [red, green, blue] = parseColour(colour);
    numbers.set([red / 255, green / 255, blue / 255], 3 * i);
  }
  return numbers;
}
