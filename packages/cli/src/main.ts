console.log('holdfast', process.version);
